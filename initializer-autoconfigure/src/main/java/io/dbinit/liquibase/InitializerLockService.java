package io.dbinit.liquibase;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.dbinit.InitializationException;
import liquibase.Scope;
import liquibase.database.Database;
import liquibase.exception.DatabaseException;
import liquibase.exception.LockException;
import liquibase.executor.ExecutorService;
import liquibase.lockservice.DatabaseChangeLogLock;
import liquibase.lockservice.StandardLockService;
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
	 * The lock and its signature are one transaction: a process that died in between
	 * would leave a lock that is not known as ours.
	 */
	@Override
	public boolean acquireLock() throws LockException {
		if (this.hasChangeLogLock) {
			return true;
		}
		WorkingConnection working = run().working();
		try {
			working.begin();
			boolean acquired = super.acquireLock();
			if (acquired) {
				sign();
			}
			working.commit();
			return acquired;
		}
		catch (SQLException ex) {
			working.undo();
			throw new LockException(ex);
		}
		catch (LockException | RuntimeException ex) {
			working.undo();
			throw ex;
		}
	}

	private void sign() throws LockException {
		UpdateStatement statement = new UpdateStatement(this.database.getLiquibaseCatalogName(),
				this.database.getLiquibaseSchemaName(), this.database.getDatabaseChangeLogLockTableName())
			.addNewColumnValue("LOCKEDBY", SIGNATURE + NetUtil.getLocalHostName());
		try {
			Scope.getCurrentScope()
				.getSingleton(ExecutorService.class)
				.getExecutor("jdbc", this.database)
				.update(statement);
		}
		catch (DatabaseException ex) {
			throw new LockException(ex);
		}
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
