package io.dbinit.liquibase;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.PlannedChange;
import io.dbinit.ToolContext;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.Scope.ScopedRunnerWithReturn;
import liquibase.database.Database;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.FastCheckService;
import liquibase.exception.ChangeLogParseException;
import liquibase.lockservice.LockServiceFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ResourceLoader;
import org.springframework.util.Assert;

/**
 * One run of one Liquibase bean on one connection: the changelog is read first, and
 * applied then. Available from Liquibase's scope meanwhile.
 */
final class LiquibaseRun implements AutoCloseable {

	private static final String KEY = LiquibaseRun.class.getName();

	private final AdoptedLiquibase liquibase;

	private final ToolContext context;

	private final ResourceLoader resources;

	private final Connection connection;

	private final boolean sameConnection;

	private final boolean sameDatabase;

	private final boolean autoCommit;

	private final @Nullable String schema;

	private @Nullable WorkingConnection working;

	LiquibaseRun(LiquibaseBean bean, ToolContext context, ResourceLoader resources) throws SQLException {
		this.liquibase = bean.get();
		this.context = context;
		this.resources = resources;
		Connection ours = context.unwrap(Connection.class);
		DataSource ofDatabase = bean.dataSource();
		boolean same = ofDatabase == null || DataSources.isSame(dataSource(), ofDatabase);
		Connection own = same ? null : dataSource().getConnection();
		Login expected = (own != null && ofDatabase != null) ? Login.of(ofDatabase) : Login.UNKNOWN;
		Login actual = (own != null) ? Login.of(own) : Login.UNKNOWN;
		this.sameDatabase = actual.url().equals(expected.url());
		this.sameConnection = actual.equals(expected);
		if (own != null && this.sameConnection) {
			own.close();
		}
		this.connection = (own == null || this.sameConnection) ? ours : own;
		this.autoCommit = this.connection.getAutoCommit();
		this.schema = this.connection.getSchema();
	}

	private DataSource dataSource() {
		return Objects.requireNonNull(this.liquibase.bean().getDataSource(), "'dataSource' must not be null");
	}

	/**
	 * Return the run of the current scope of Liquibase.
	 * @return the run, or {@code null} if Liquibase runs without the initializer
	 */
	static @Nullable LiquibaseRun current() {
		return Scope.getCurrentScope().get(KEY, LiquibaseRun.class);
	}

	ToolContext context() {
		return this.context;
	}

	Connection connection() {
		return this.connection;
	}

	/**
	 * Return whether the changelog is applied to the database that records how it was
	 * made complete.
	 * @return whether it is the same database
	 */
	boolean isSameDatabase() {
		return this.sameDatabase;
	}

	/**
	 * Return whether Liquibase works on the connection of the database session, which is
	 * terminated when the lock is lost.
	 * @return whether it is the same connection
	 */
	boolean isSameConnection() {
		return this.sameConnection;
	}

	WorkingConnection working() {
		Assert.state(this.working != null, "Nothing is run");
		return this.working;
	}

	/**
	 * Read the changelog and its state in the database.
	 * @return the state
	 */
	ChangeLogState look() throws Exception {
		return with((liquibase) -> ChangeLogState.read(liquibase, this.liquibase.bean()));
	}

	/**
	 * Read what {@link #apply} would do.
	 * @return the changesets
	 */
	List<PlannedChange> plan() throws Exception {
		return with((liquibase) -> {
			Database database = liquibase.getDatabase();
			TableSizes sizes = new TableSizes(this.connection, database.getShortName());
			return new ChangeSetPlan(database, new ChangeWarnings(database, sizes))
				.of(ChangeLogState.read(liquibase, this.liquibase.bean()));
		});
	}

	/**
	 * Do something with the inverses of changesets.
	 * @param <T> the type of the result
	 * @param work the work
	 * @return its result
	 */
	<T> T withRollback(RollbackWork<T> work) throws Exception {
		return with((liquibase) -> work.run(new ChangeSetRollback(this.context, working(), liquibase)));
	}

	private <T> T with(LiquibaseWork<T> work) throws Exception {
		return inScope(() -> {
			Liquibase liquibase = this.liquibase.create(working().proxy(), this.resources);
			try {
				Map<String, Object> scope = Map.of(Scope.Attr.database.name(), liquibase.getDatabase(),
						Scope.Attr.resourceAccessor.name(), liquibase.getResourceAccessor());
				return Scope.child(scope, () -> work.run(liquibase));
			}
			catch (ChangeLogParseException ex) {
				throw new InitializationException(
						"Failed to read the changelog '%s': %s".formatted(this.liquibase.bean().getChangeLog(),
								LiquibaseFailure.reason(ex)),
						"Correct the changelog, or name another one with 'spring.liquibase.change-log'. Nothing was changed.",
						ex);
			}
			finally {
				liquibase.close();
			}
		});
	}

	/**
	 * Apply the pending changesets.
	 * @param answer how to treat a change that is in doubt
	 * @param before the state before
	 * @return the state afterwards
	 * @throws Exception if a changeset fails
	 */
	ChangeLogState apply(InDoubt answer, ChangeLogState before) throws Exception {
		return inScope(() -> {
			ChangeSetListener listener = new ChangeSetListener(this.context, working(), answer, before);
			try {
				if (this.liquibase.run(working().asDataSource(dataSource()), this.resources, before.changeLog(),
						listener)) {
					return before.after(listener.applied());
				}
			}
			catch (Exception ex) {
				throw new LiquibaseFailure(before.changeLog(), this.context.database()).of(ex, listener);
			}
			this.context.limitation(
					"Bean '%s' overrides the creation of its Liquibase objects: the lock is not checked before each changeset, and changesets are not reported one by one"
						.formatted(this.liquibase.name()));
			return look();
		});
	}

	private <T> T inScope(ScopedRunnerWithReturn<T> work) throws Exception {
		this.working = new WorkingConnection(this.connection);
		return Scope.child(Map.of(KEY, this), () -> {
			// They cache state of earlier runs in this JVM
			LockServiceFactory.reset();
			Scope.getCurrentScope().getSingleton(ChangeLogHistoryServiceFactory.class).resetAll();
			Scope.getCurrentScope().getSingleton(FastCheckService.class).clearCache();
			return work.run();
		});
	}

	/**
	 * Restore the settings of the connection.
	 */
	@Override
	public void close() throws SQLException {
		if (!this.sameConnection) {
			this.connection.close();
		}
		else if (!this.connection.isClosed()) {
			this.connection.setAutoCommit(this.autoCommit);
			if (this.schema != null && !this.schema.equals(this.connection.getSchema())) {
				this.connection.setSchema(this.schema);
			}
		}
	}

	/**
	 * Work with a Liquibase object.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	private interface LiquibaseWork<T> {

		T run(Liquibase liquibase) throws Exception;

	}

	/**
	 * Work with the inverses of changesets.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	interface RollbackWork<T> {

		T run(ChangeSetRollback rollback) throws Exception;

	}

	/**
	 * The URL and the user of a connection.
	 */
	private record Login(String url, String user) {

		static final Login UNKNOWN = new Login("", "");

		static Login of(DataSource dataSource) throws SQLException {
			try (Connection connection = dataSource.getConnection()) {
				return of(connection);
			}
		}

		static Login of(Connection connection) throws SQLException {
			DatabaseMetaData metadata = connection.getMetaData();
			return new Login(String.valueOf(metadata.getURL()), String.valueOf(metadata.getUserName()));
		}

	}

}
