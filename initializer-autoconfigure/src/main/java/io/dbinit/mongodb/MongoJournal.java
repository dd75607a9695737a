package io.dbinit.mongodb;

import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.dbinit.CheckedRunnable;
import io.dbinit.Definition;
import io.dbinit.Journal;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.MigrationVersions;
import io.dbinit.PlanRecord;
import io.dbinit.Release;
import io.dbinit.lock.Lease;
import io.dbinit.lock.LeaseLostException;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * The journal as documents beside the lease. The marker carries the token of the newest
 * run, and every write of the marker is conditional on it: once a newer run has begun, an
 * older one can record nothing. For that reason the newest run is part of the marker. It
 * is copied to a separate document when the next run begins.
 */
final class MongoJournal implements Journal {

	private static final int KEPT_RUNS = 99;

	private static final TransactionOptions TRANSACTION = TransactionOptions.builder()
		.readConcern(ReadConcern.SNAPSHOT)
		.writeConcern(WriteConcern.MAJORITY)
		.build();

	private final MongoConnections connections;

	private final Lease lease;

	private final String database;

	private final MongoDbDatabase.Server server;

	private final ApplicationRecords records;

	private final Map<String, String> steps = new LinkedHashMap<>();

	MongoJournal(MongoConnections connections, Lease lease, String database, MongoDbDatabase.Server server,
			String application) {
		this.connections = connections;
		this.lease = lease;
		this.database = database;
		this.server = server;
		this.records = new ApplicationRecords(application);
	}

	private MongoCollection<Document> collection() {
		return this.connections.control().getCollection(MongoDbDatabase.COLLECTION);
	}

	@Override
	public void begin(RunReport run, String environment, Release release) {
		touch();
		Document created = new Document("type", "database_init").append("database_name", this.database)
			.append("created_at", Date.from(this.lease.since()))
			.append("environment", environment)
			.append("complete", false)
			.append("token", 0L);
		collection().updateOne(MongoDbDatabase.IS_MARKER, new Document("$setOnInsert", created),
				new UpdateOptions().upsert(true));
		Document marker = Objects.requireNonNullElse(collection().find(MongoDbDatabase.IS_MARKER).first(), created);
		ApplicationRecords.layout(marker).requireReadableBy(this.database, ApplicationRecords.VERSION);
		this.steps.putAll(MongoDocuments.steps(this.records.in(marker)));
		archive(marker.get(MongoDbDatabase.RUN, Document.class));
		Bson notNewer = Filters.or(Filters.exists("token", false), Filters.lte("token", this.lease.token()));
		require(collection().updateOne(Filters.and(MongoDbDatabase.IS_MARKER, notNewer),
				Updates.combine(Updates.set("token", this.lease.token()),
						Updates.max("version", ApplicationRecords.VERSION),
						Updates.set(this.records.field("complete"), false), named(),
						MongoDocuments.release(this.records.in(marker)).equals(release) ? Updates.combine()
								: Updates.set(this.records.field(ApplicationRecords.RELEASE),
										MongoDocuments.release(release, Date.from(this.lease.since()))),
						Updates.set("product", this.server.product()),
						Updates.set("environment",
								Objects.requireNonNullElse(marker.getString("environment"), environment)),
						Updates.set(MongoDbDatabase.RUN, MongoDocuments.run(run))))
			.getMatchedCount());
	}

	private Bson named() {
		return this.records.name().isEmpty() ? Updates.combine()
				: Updates.set(this.records.field("name"), this.records.name());
	}

	/**
	 * Copy the previous run to a separate document. The run does not change any more, so
	 * that a process that was frozen here writes the document that already exists.
	 */
	private void archive(@Nullable Document run) {
		if (run == null) {
			return;
		}
		try {
			collection().insertOne(run);
		}
		catch (MongoException ex) {
			if (!MongoErrors.isDuplicateKey(ex)) {
				throw ex;
			}
		}
		prune();
	}

	@Override
	public List<PlanRecord> plans() {
		return new PlanDocuments(collection(), this.records).plans();
	}

	@Override
	public void attempt(Release release, Map<String, String> steps, int reverted) {
		touch();
		new PlanDocuments(collection(), this.records).add(release, steps, reverted);
	}

	@Override
	public Map<String, List<Definition>> otherDefinitions() {
		return new PlanDocuments(collection(), this.records).otherDefinitions();
	}

	@Override
	public void declare(List<Definition> definitions) {
		touch();
		new PlanDocuments(collection(), this.records).declare(definitions);
	}

	@Override
	public void stamp(String environment) {
		touch();
		update(Updates.set("environment", environment));
	}

	@Override
	public List<InDoubt> inDoubt() {
		Document marker = collection().find(MongoDbDatabase.IS_MARKER).first();
		return (marker == null) ? List.of()
				: marker.getList(MongoDbDatabase.CHANGES, Document.class, List.of())
					.stream()
					.filter(this::isOwn)
					.map((change) -> new InDoubt(change.getString("step"), change.getString("change")))
					.toList();
	}

	/**
	 * A change without an application was begun by a release that did not record it.
	 */
	private boolean isOwn(Document change) {
		String application = change.getString("application");
		return application == null || application.equals(this.records.name());
	}

	/**
	 * In the marker, so that one write both checks the token and writes the intent.
	 */
	@Override
	public void intend(String step, String change) {
		Document intended = change(step, change);
		if (!this.records.name().isEmpty()) {
			intended.append("application", this.records.name());
		}
		update(Updates.addToSet(MongoDbDatabase.CHANGES, intended));
	}

	@Override
	public void conclude(String step, String change) {
		update(Updates.pull(MongoDbDatabase.CHANGES, change(step, change).append("application", own())));
	}

	private Document own() {
		return new Document("$in", Arrays.asList(this.records.name(), null));
	}

	private static Document change(String step, String change) {
		return new Document("step", step).append("change", change);
	}

	@Override
	public void once(String step, String fingerprint, CheckedRunnable work) throws Exception {
		CheckedRunnable recorded = () -> {
			work.run();
			record(step, fingerprint);
		};
		if (this.server.transactions()) {
			inTransaction(recorded);
		}
		else {
			recorded.run();
		}
		this.steps.put(step, fingerprint);
	}

	private void inTransaction(CheckedRunnable work) throws Exception {
		try (ClientSession session = this.connections.work(this.lease.owner()).startSession()) {
			this.connections.session(session);
			// Before the transaction, so that a successor can terminate it
			touch(Updates.set(MongoLeaseStore.SESSION, session.getServerSession().getIdentifier()));
			session.startTransaction(TRANSACTION);
			work.run();
			session.commitTransaction();
		}
		catch (MongoException ex) {
			requireNewest();
			throw ex;
		}
		finally {
			this.connections.session(null);
		}
	}

	private void record(String step, String fingerprint) {
		Map<String, String> steps = new LinkedHashMap<>(this.steps);
		steps.put(step, fingerprint);
		update(Updates.set(this.records.field("steps"), MongoDocuments.steps(steps)));
	}

	/**
	 * Change the marker, as a write without a change would not conflict with a successor,
	 * which writes to the marker before it does anything.
	 */
	@Override
	public void guard(Object transaction) {
		try {
			update((ClientSession) transaction, Updates.inc("guarded", 1L));
		}
		catch (MongoException ex) {
			requireNewest();
			throw ex;
		}
	}

	private void update(ClientSession transaction, Bson update) {
		MongoCollection<Document> collection = this.connections.work(this.lease.owner())
			.getDatabase(this.database)
			.getCollection(MongoDbDatabase.COLLECTION);
		require(collection.updateOne(transaction, isMine(), update).getMatchedCount());
	}

	@Override
	public List<String> otherApplications() {
		Document marker = collection().find(MongoDbDatabase.IS_MARKER).first();
		return (marker != null) ? this.records.otherNames(marker) : List.of();
	}

	@Override
	public void forget() {
		this.steps.clear();
		PlanDocuments.forgetAll(collection());
		update(Updates.combine(Updates.unset("steps"), Updates.set("complete", false),
				Updates.unset(ApplicationRecords.APPLICATIONS), Updates.unset(MongoDbDatabase.CHANGES)));
	}

	@Override
	public void restore(Map<String, Map<String, String>> records) {
		records.forEach((application, steps) -> {
			ApplicationRecords restored = new ApplicationRecords(application);
			update(Updates.combine(Updates.set(restored.field("steps"), MongoDocuments.steps(steps)),
					Updates.set(restored.field("complete"), false),
					application.isEmpty() ? Updates.combine() : Updates.set(restored.field("name"), application)));
		});
	}

	@Override
	public void end(RunReport run, Map<String, String> steps, Map<String, MigrationVersions> versions) {
		touch();
		boolean done = run.outcome() == Outcome.DONE;
		if (done) {
			this.steps.keySet().retainAll(steps.keySet());
		}
		this.steps.putAll(steps);
		Bson concluded = done ? Updates
			.combine(Updates.pull(MongoDbDatabase.CHANGES, new Document("application", own())), completed())
				: Updates.combine();
		update(Updates.combine(concluded, Updates.set(this.records.field("complete"), done), named(),
				Updates.set(this.records.field("steps"), MongoDocuments.steps(this.steps)),
				Updates.set(this.records.field("versions"), MongoDocuments.versions(versions)),
				Updates.set(MongoDbDatabase.RUN, MongoDocuments.run(run))));
	}

	private Bson completed() {
		return this.records.name().isEmpty() ? Updates.combine()
				: Updates.currentDate(this.records.field("completed_at"));
	}

	private void prune() {
		Document oldest = collection().find(Filters.eq("type", "run"))
			.sort(Sorts.descending("started_at"))
			.skip(KEPT_RUNS)
			.first();
		if (oldest != null) {
			collection().deleteMany(
					Filters.and(Filters.eq("type", "run"), Filters.lte("started_at", oldest.getDate("started_at"))));
		}
	}

	private void touch() {
		touch(Updates.set("touched_by", this.lease.token()));
	}

	private void touch(Bson update) {
		require(collection().updateOne(MongoLeaseStore.isHeldBy(this.lease), update).getMatchedCount());
	}

	/**
	 * In the transaction of a step, if there is one: it would conflict with another write
	 * to the marker.
	 */
	private void update(Bson update) {
		this.connections.session()
			.ifPresentOrElse((transaction) -> update(transaction, update),
					() -> require(collection().updateOne(isMine(), update).getMatchedCount()));
	}

	private Bson isMine() {
		return Filters.and(MongoDbDatabase.IS_MARKER, Filters.eq("token", this.lease.token()));
	}

	/**
	 * The conflict with a successor that raised the token looks like any other conflict.
	 */
	private void requireNewest() {
		require(collection().countDocuments(isMine()));
	}

	private void require(long matched) {
		if (matched != 1) {
			throw new LeaseLostException("'%s' refused a write of token %d: it has a newer holder"
				.formatted(this.database, this.lease.token()), null);
		}
	}

}
