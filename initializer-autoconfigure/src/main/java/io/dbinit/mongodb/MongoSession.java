package io.dbinit.mongodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.DatabaseSession;
import io.dbinit.Journal;
import io.dbinit.Ledger;
import io.dbinit.lock.Lease;
import io.dbinit.seed.SeedWriter;
import io.dbinit.transfer.Dumper;
import org.bson.Document;

/**
 * The work on a MongoDB database under its lock. Steps {@link #unwrap} a
 * {@link MongoClient}, a {@link MongoDatabase}, a {@link SeedWriter} or, in a
 * transaction, its {@link ClientSession}.
 */
final class MongoSession implements DatabaseSession {

	private final String name;

	private final String database;

	private final MongoConnections connections;

	private final MongoLeaseStore leases;

	private final MongoDbDatabase.Server server;

	private final Lease lease;

	MongoSession(String name, String database, MongoConnections connections, MongoLeaseStore leases,
			MongoDbDatabase.Server server, Lease lease) {
		this.name = name;
		this.database = database;
		this.connections = connections;
		this.leases = leases;
		this.server = server;
		this.lease = lease;
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		Object client = null;
		if (type == MongoClient.class) {
			client = work();
		}
		else if (type == MongoDatabase.class) {
			client = work().getDatabase(this.database);
		}
		else if (type == SeedWriter.class) {
			client = new MongoSeedWriter(work().getDatabase(this.database), this.connections.session());
		}
		else if (type == Dumper.class) {
			client = new MongoDumper(work().getDatabase(this.database), () -> dropAll(List.of()));
		}
		else if (type == ClientSession.class) {
			client = this.connections.session().orElse(null);
		}
		if (client == null) {
			throw new IllegalArgumentException("'%s' has no %s".formatted(this.name, type.getName()));
		}
		return type.cast(client);
	}

	private MongoClient work() {
		return this.connections.work(this.lease.owner());
	}

	@Override
	public Journal journal() {
		return journal("");
	}

	@Override
	public Journal journal(String application) {
		return new MongoJournal(this.connections, this.lease, this.database, this.server, application);
	}

	@Override
	public List<String> terminateOrphans(Lease dead, Duration timeout) {
		return new MongoOrphans(work(), this.name).terminate(dead.owner(), this.lease.owner(), timeout);
	}

	@Override
	public Map<String, Map<String, String>> records() {
		return ApplicationRecords.all(work().getDatabase(this.database));
	}

	@Override
	public List<String> limitations() {
		List<String> limitations = new ArrayList<>();
		if (this.connections.isShared()) {
			limitations.add("The settings of its client are not known: the lock is renewed through the "
					+ "application's client, and work is not cut off when the lock is lost");
		}
		if (!hasTransactions()) {
			limitations.add("It has no transactions: a seed is repeated if the process dies while it is written");
		}
		this.leases.limitation().ifPresent(limitations::add);
		return limitations;
	}

	@Override
	public boolean hasTransactions() {
		return this.server.transactions();
	}

	@Override
	public boolean isConflict(Throwable ex) {
		return MongoErrors.isConflict(ex);
	}

	@Override
	public List<String> dropAll(List<Ledger> ledgers) {
		MongoDatabase database = work().getDatabase(this.database);
		Set<String> first = ledgers.stream().map(Ledger::name).collect(Collectors.toSet());
		List<Document> collections = database.listCollections().into(new ArrayList<>());
		collections.sort(Comparator.comparing((Document collection) -> !first.contains(collection.getString("name")))
			.thenComparing((collection) -> !"view".equals(collection.getString("type"))));
		List<String> dropped = new ArrayList<>();
		for (Document collection : collections) {
			String name = collection.getString("name");
			if (!name.equals(MongoDbDatabase.COLLECTION) && !name.startsWith("system.")) {
				database.getCollection(name).drop();
				dropped.add(name);
			}
		}
		return dropped;
	}

	/**
	 * The clients are closed by the lease store.
	 */
	@Override
	public void close() {
	}

}
