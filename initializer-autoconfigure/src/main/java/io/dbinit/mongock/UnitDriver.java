package io.dbinit.mongock;

import java.util.UUID;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import io.mongock.driver.api.entry.ChangeEntry;
import io.mongock.driver.api.entry.ChangeEntryService;
import io.mongock.driver.core.lock.LockManagerDefault;
import io.mongock.driver.mongodb.sync.v4.driver.MongoSync4Driver;
import io.mongock.driver.mongodb.sync.v4.repository.MongoSync4ChangeEntryRepository;
import io.mongock.driver.mongodb.sync.v4.repository.ReadWriteConfiguration;
import org.bson.Document;

/**
 * Mongock's driver, which tells what it records, and takes Mongock's lock in a name by
 * which it is known as ours once its process is dead.
 */
final class UnitDriver extends MongoSync4Driver {

	private static final long LOCK_MILLIS = 30_000;

	private static final long LOCK_WAIT_MILLIS = 180_000;

	private static final long LOCK_POLL_MILLIS = 1_000;

	private final UnitRun run;

	UnitDriver(MongoClient client, String database, UnitRun run, boolean transactional) {
		super(client, database, LOCK_MILLIS, LOCK_WAIT_MILLIS, LOCK_POLL_MILLIS);
		this.run = run;
		if (!transactional) {
			disableTransaction();
		}
	}

	@Override
	public void specificInitialization() {
		super.specificInitialization();
		this.lockManager = LockManagerDefault.builder()
			.setLockRepository(getLockRepository())
			.setLockAcquiredForMillis(LOCK_MILLIS)
			.setLockQuitTryingAfterMillis(LOCK_WAIT_MILLIS)
			.setLockTryFrequencyMillis(LOCK_POLL_MILLIS)
			.setOwner(MongockLock.OWNER + UUID.randomUUID())
			.build();
	}

	@Override
	public ChangeEntryService getChangeEntryService() {
		if (this.changeEntryRepository == null) {
			this.changeEntryRepository = new Recorder(getDataBase().getCollection(getMigrationRepositoryName()),
					getReadWriteConfiguration(), this.run);
		}
		return this.changeEntryRepository;
	}

	@Override
	public void executeInTransaction(Runnable operation) {
		this.run.inTransaction(() -> super.executeInTransaction(() -> {
			this.run.beginTransaction();
			operation.run();
			this.run.endTransaction(this.clientSession);
		}));
	}

	private static final class Recorder extends MongoSync4ChangeEntryRepository {

		private final UnitRun run;

		Recorder(MongoCollection<Document> collection, ReadWriteConfiguration configuration, UnitRun run) {
			super(collection, configuration);
			this.run = run;
		}

		@Override
		public void saveOrUpdate(ChangeEntry entry) {
			if (entry.isSystemChange()) {
				super.saveOrUpdate(entry);
				return;
			}
			try {
				super.saveOrUpdate(entry);
				this.run.recorded(entry.getChangeId(), entry.getState().name());
			}
			catch (RuntimeException ex) {
				this.run.stop(ex);
				throw ex;
			}
		}

	}

}
