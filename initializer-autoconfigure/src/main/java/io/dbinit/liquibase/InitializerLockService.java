package io.dbinit.liquibase;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;

import io.dbinit.InitializationException;
import io.dbinit.lock.Retry;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.database.Database;
import liquibase.database.ObjectQuotingStrategy;
import liquibase.datatype.DataTypeFactory;
import liquibase.exception.DatabaseException;
import liquibase.exception.LockException;
import liquibase.executor.ExecutorService;
import liquibase.lockservice.DatabaseChangeLogLock;
import liquibase.lockservice.StandardLockService;
import liquibase.statement.DatabaseFunction;
import liquibase.statement.core.UpdateStatement;
import liquibase.util.NetUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Liquibase's lock service while the initializer runs Liquibase. The initializer's lease
 * already excludes its other replicas; the row of Liquibase's lock table is set to
 * exclude other clients of Liquibase, and carries a signature. A row that is already set
 * is cleared if its holder is gone:
 * <ol>
 * <li>A holder with the signature held the lease that this process holds now, so it is
 * dead.</li>
 * <li>For any other holder, {@link LockHolder} determines whether it is still
 * connected.</li>
 * <li>Otherwise the service waits, as long as Liquibase is configured to.</li>
 * </ol>
 * Instantiated by Liquibase. Lock services for a specific database take precedence.
 */
public class InitializerLockService extends StandardLockService {

	private static final Log logger = LogFactory.getLog(InitializerLockService.class);

	/** Prefix of the holder's name if it is an initializer. */
	static final String SIGNATURE = "db-init ";

	private static final Duration POLL = Duration.ofSeconds(1);

	@Override
	public int getPriority() {
		return PRIORITY_DEFAULT + 1;
	}

	@Override
	public boolean supports(Database database) {
		return LiquibaseRun.current() != null;
	}

	@Override
	public void waitForLock() throws LockException {
		LiquibaseRun run = run();
		Retry retry = Retry.within(Duration.ofMinutes(getChangeLogLockWaitTime()), "waiting for Liquibase's lock");
		while (!acquireLock()) {
			DatabaseChangeLogLock holder = Arrays.stream(listLocks()).findFirst().orElse(null);
			if (holder != null && !clearIfDead(run, holder)) {
				run.context().progress("waiting for Liquibase's lock, held by " + holder.getLockedBy());
				if (retry.isOver()) {
					throw held(run, holder);
				}
				retry.pause(POLL);
			}
		}
	}

	private InitializationException held(LiquibaseRun run, DatabaseChangeLogLock holder) {
		String table = this.database.escapeTableName(this.database.getLiquibaseCatalogName(),
				this.database.getLiquibaseSchemaName(), this.database.getDatabaseChangeLogLockTableName());
		return new InitializationException(
				"Liquibase's own lock of '%s' is held by %s since %s, which is not an initializer and may still be running"
					.formatted(run.context().database(), holder.getLockedBy(), holder.getLockGranted()),
				"Wait for it to finish. If it is gone, run 'update %s set locked = false' on '%s' and start again."
					.formatted(table, run.context().database()),
				null);
	}

	private static LiquibaseRun run() {
		LiquibaseRun run = LiquibaseRun.current();
		if (run == null) {
			throw new IllegalStateException("The initializer does not run Liquibase here");
		}
		return run;
	}

	private boolean clearIfDead(LiquibaseRun run, DatabaseChangeLogLock lock) throws LockException {
		LockHolder holder = new LockHolder(lock.getLockedBy(), lock.getLockGranted());
		try {
			if (!lock.getLockedBy().startsWith(SIGNATURE) && !holder.isGone(run.connection())) {
				return false;
			}
			run.context().checkLock();
			logger.warn("Cleared Liquibase's lock of '%s', which %s took at %s and did not release"
				.formatted(run.context().database(), lock.getLockedBy(), lock.getLockGranted()));
			forceReleaseLock();
			return true;
		}
		catch (SQLException | DatabaseException ex) {
			throw new LockException(ex);
		}
	}

	/**
	 * Take the lock with its signature in one statement, so that a process that dies
	 * cannot leave an unsigned lock. Liquibase's tables are created first, as some of its
	 * commands take the lock before they create them.
	 */
	@Override
	public boolean acquireLock() throws LockException {
		if (this.hasChangeLogLock) {
			return true;
		}
		this.quotingStrategy = this.database.getObjectQuotingStrategy();
		try {
			this.database.rollback();
			init();
			this.hasChangeLogLock = lock() == 1;
			this.database.commit();
		}
		catch (DatabaseException ex) {
			run().working().undo();
			throw new LockException(ex);
		}
		if (this.hasChangeLogLock) {
			Scope.getCurrentScope().getSingleton(ChangeLogHistoryServiceFactory.class).resetAll();
			this.database.setCanCacheLiquibaseTableInfo(true);
		}
		return this.hasChangeLogLock;
	}

	/**
	 * Quotes names as Liquibase does for its own tables, whichever strategy the changelog
	 * asks for.
	 */
	private int lock() throws DatabaseException {
		ObjectQuotingStrategy strategy = this.database.getObjectQuotingStrategy();
		this.database.setObjectQuotingStrategy(ObjectQuotingStrategy.LEGACY);
		try {
			return Scope.getCurrentScope()
				.getSingleton(ExecutorService.class)
				.getExecutor("jdbc", this.database)
				.update(lockStatement());
		}
		finally {
			this.database.setObjectQuotingStrategy(strategy);
		}
	}

	private UpdateStatement lockStatement() {
		String catalog = this.database.getLiquibaseCatalogName();
		String schema = this.database.getLiquibaseSchemaName();
		String table = this.database.getDatabaseChangeLogLockTableName();
		return new UpdateStatement(catalog, schema, table).addNewColumnValue("LOCKED", true)
			.addNewColumnValue("LOCKGRANTED", new DatabaseFunction(this.database.getCurrentDateTimeFunction()))
			.addNewColumnValue("LOCKEDBY", SIGNATURE + NetUtil.getLocalHostName())
			.setWhereClause("%s = 1 AND %s = %s".formatted(this.database.escapeColumnName(catalog, schema, table, "ID"),
					this.database.escapeColumnName(catalog, schema, table, "LOCKED"),
					DataTypeFactory.getInstance()
						.fromDescription("boolean", this.database)
						.objectToSql(false, this.database)));
	}

	/**
	 * Uncommitted changes belong to a changeset that was not recorded, and are rolled
	 * back.
	 */
	@Override
	public void releaseLock() throws LockException {
		try {
			run().working().rollback();
		}
		catch (SQLException ex) {
			throw new LockException(ex);
		}
		super.releaseLock();
	}

}
