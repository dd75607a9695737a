package io.dbinit.liquibase;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.dbinit.InitializationException;
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
 * Liquibase's lock while the initializer runs it, which holds a better one. The row is
 * set all the same, for those who use Liquibase without the initializer, with a name that
 * tells that it was the initializer; and one that is set already is not waited for if
 * whoever set it is gone:
 * <ol>
 * <li>It was an initializer: then it held the lock that we hold now, and is dead.</li>
 * <li>It was not: {@link LockHolder} tells whether it can still be there.</li>
 * <li>Otherwise it is waited for, as long as Liquibase is configured to.</li>
 * </ol>
 * Instantiated by Liquibase, for which it stands behind lock services for a special kind
 * of database.
 */
public class InitializerLockService extends StandardLockService {

	private static final Log logger = LogFactory.getLog(InitializerLockService.class);

	/** What the name of the holder begins with if it is an initializer. */
	static final String SIGNATURE = "db-init ";

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
		long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(getChangeLogLockWaitTime());
		while (!acquireLock()) {
			DatabaseChangeLogLock holder = Arrays.stream(listLocks()).findFirst().orElse(null);
			if (holder != null && !clearIfDead(run, holder)) {
				run.context().progress("waiting for Liquibase's lock, held by " + holder.getLockedBy());
				if (System.nanoTime() - giveUp >= 0) {
					throw held(run, holder);
				}
				pause();
			}
		}
	}

	private InitializationException held(LiquibaseRun run, DatabaseChangeLogLock holder) {
		String table = this.database.escapeTableName(this.database.getLiquibaseCatalogName(),
				this.database.getLiquibaseSchemaName(), this.database.getDatabaseChangeLogLockTableName());
		return new InitializationException(
				"Liquibase's own lock of '%s' is held by %s since %s, which is no initializer and may still be at work"
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
			logger.warn("Cleared Liquibase's lock of '%s', which %s took at %s and did not give back"
				.formatted(run.context().database(), lock.getLockedBy(), lock.getLockGranted()));
			forceReleaseLock();
			return true;
		}
		catch (SQLException | DatabaseException ex) {
			throw new LockException(ex);
		}
	}

	/**
	 * Take the lock and sign it in one statement: a process that died between two would
	 * leave a lock that does not show whose it was. The tables of Liquibase are created
	 * first, as not every command of Liquibase has done so by then.
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
	 * Whatever is not committed now belongs to a changeset that was not recorded.
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

	private static void pause() throws LockException {
		try {
			TimeUnit.SECONDS.sleep(1);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockException("Interrupted while waiting for Liquibase's lock");
		}
	}

}
