package io.dbinit.mongock;

import java.util.UUID;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import io.mongock.driver.api.entry.ChangeEntry;
import io.mongock.driver.api.entry.ChangeEntryService;
import io.mongock.driver.core.lock.LockEntry;
import io.mongock.driver.core.lock.LockManagerDefault;
import io.mongock.driver.core.lock.LockPersistenceException;
import io.mongock.driver.core.lock.LockRepository;
import io.mongock.driver.mongodb.sync.v4.driver.MongoSync4Driver;
import io.mongock.driver.mongodb.sync.v4.repository.MongoSync4ChangeEntryRepository;
import io.mongock.driver.mongodb.sync.v4.repository.MongoSync4LockRepository;
import io.mongock.driver.mongodb.sync.v4.repository.ReadWriteConfiguration;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Mongock's driver with records and lock guarded by the initializer's lease. Reports each
 * record to the execution. The owner of Mongock's lock has a prefix that identifies this
 * application, so that a later start recognizes the lock of a dead process.
 */
final class GuardedDriver extends MongoSync4Driver {

	private static final long LOCK_MILLIS = 30_000;

	private static final long LOCK_WAIT_MILLIS = 180_000;

	private static final long LOCK_POLL_MILLIS = 1_000;

	private final MongoClient client;

	private final MigrationExecution run;

	private final boolean transactional;

	GuardedDriver(MongoClient client, String database, MigrationExecution run, boolean transactional) {
		super(client, database, LOCK_MILLIS, LOCK_WAIT_MILLIS, LOCK_POLL_MILLIS);
		this.client = client;
		this.run = run;
		this.transactional = transactional;
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
	protected LockRepository getLockRepository() {
		if (this.lockRepository == null && this.transactional) {
			this.lockRepository = new Locks(this.client, getDataBase().getCollection(getLockRepositoryName()),
					getReadWriteConfiguration(), this.run);
		}
		return super.getLockRepository();
	}

	@Override
	public ChangeEntryService getChangeEntryService() {
		if (this.changeEntryRepository == null) {
			this.changeEntryRepository = new Recorder(this.transactional ? this.client : null,
					getDataBase().getCollection(getMigrationRepositoryName()), getReadWriteConfiguration(), this.run);
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

	/**
	 * Takes Mongock's lock in a transaction guarded by the lease. A process that resumes
	 * after losing its lease cannot take the lock.
	 */
	private static final class Locks extends MongoSync4LockRepository {

		private final MongoClient client;

		private final MigrationExecution run;

		Locks(MongoClient client, MongoCollection<Document> collection, ReadWriteConfiguration configuration,
				MigrationExecution run) {
			super(collection, configuration);
			this.client = client;
			this.run = run;
		}

		@Override
		public void insertUpdate(LockEntry lock) {
			Bson free = getAcquireLockQuery(lock.getKey(), lock.getOwner(), false);
			Document taken = new Document("$set", toEntity(lock));
			try (ClientSession session = this.client.startSession()) {
				session.startTransaction();
				this.collection.updateOne(session, free, taken, new UpdateOptions().upsert(true));
				this.run.guard(session);
				session.commitTransaction();
			}
			catch (MongoException ex) {
				if (!this.run.isConflict(ex)
						&& ErrorCategory.fromErrorCode(ex.getCode()) != ErrorCategory.DUPLICATE_KEY) {
					throw ex;
				}
				throw new LockPersistenceException(free.toString(), taken.toString(), ex.toString());
			}
		}

	}

	/**
	 * Records a change in its transaction, or in a separate one if the change has none.
	 * Each of these transactions is guarded by the lease.
	 */
	private static final class Recorder extends MongoSync4ChangeEntryRepository {

		private final @Nullable MongoClient client;

		private final MigrationExecution run;

		Recorder(@Nullable MongoClient client, MongoCollection<Document> collection,
				ReadWriteConfiguration configuration, MigrationExecution run) {
			super(collection, configuration);
			this.client = client;
			this.run = run;
		}

		@Override
		public void saveOrUpdate(ChangeEntry entry) {
			if (entry.isSystemChange()) {
				save(entry);
				return;
			}
			try {
				save(entry);
				this.run.recorded(entry.getChangeId(), entry.getState().name());
			}
			catch (RuntimeException ex) {
				this.run.stop(ex);
				throw ex;
			}
		}

		private void save(ChangeEntry entry) {
			if (this.client == null || this.run.isInTransaction()) {
				super.saveOrUpdate(entry);
				return;
			}
			try (ClientSession session = this.client.startSession()) {
				session.startTransaction();
				setClientSession(session);
				super.saveOrUpdate(entry);
				this.run.guard(session);
				session.commitTransaction();
			}
			finally {
				clearClientSession();
			}
		}

	}

}
