package io.dbinit.liquibase;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.dbinit.DelegatingStep;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.MigrationStep;
import io.dbinit.NotAllowedException;
import io.dbinit.PlannedChange;
import io.dbinit.Report;
import io.dbinit.Report.State;
import io.dbinit.RollbackTarget;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of plans and rollbacks of Liquibase on each kind of server.
 */
@RequiresServer
class LiquibasePlanTests {

	private static final String ONE = """
			--changeset a:one
			create table one (id int primary key, name varchar(10));
			--rollback drop table one;
			""";

	private static final String TWO = ONE + """
			--changeset a:two
			insert into one values (1, 'a');
			--rollback delete from one where id = 1;
			--changeset a:three runInTransaction:false
			create table three (id int primary key);
			--rollback drop table three;
			""";

	@TempDir
	private Path directory;

	static Stream<Named<Supplier<String>>> servers() {
		return Stream.of(Named.of("PostgreSQL", Servers::postgreSql), Named.of("MariaDB", Servers::mariaDb),
				Named.of("MariaDB through MySQL's driver", Servers::mariaDbThroughMySqlDriver),
				Named.of("H2", Servers::h2));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void doesWhatWasPlannedAndNothingBefore(Supplier<String> servers) {
		String url = servers.get();
		run(url, ONE, (context) -> start(context));
		run(url, TWO, (context) -> {
			Initializer initializer = context.getBean(Initializer.class);
			Report plan = initializer.plan();
			assertThat(plan.state()).isEqualTo(State.PLANNED);
			List<PlannedChange> planned = planned(plan);
			assertThat(planned).extracting((change) -> change.change().text())
				.containsExactly("changeset db/changelog.sql::two::a", "changeset db/changelog.sql::three::a");
			assertThat(planned.get(1).statements()).containsExactly("create table three (id int primary key)");
			assertThat(count(context, "one")).isZero();
			assertThat(count(context, "DATABASECHANGELOG")).isEqualTo(1);
			Report done = initializer.run();
			assertThat(Application.step(done).changeTexts())
				.isEqualTo(planned.stream().map((change) -> change.change().text()).toList());
			assertThat(initializer.plan().state()).isEqualTo(State.COMPLETE);
		});
	}

	@ParameterizedTest
	@MethodSource("servers")
	void createsNothingForAPlanOfAnEmptyDatabase(Supplier<String> servers) {
		run(servers.get(), TWO, (context) -> {
			assertThat(planned(context.getBean(Initializer.class).plan())).hasSize(3);
			try (Connection connection = context.getBean(DataSource.class).getConnection();
					ResultSet tables = connection.getMetaData()
						.getTables(connection.getCatalog(), connection.getSchema(), "%", new String[] { "TABLE" })) {
				assertThat(tables.next()).isFalse();
			}
		});
	}

	@Test
	void stopsAStartAtThePlan() {
		run(Servers.h2(), TWO, (context) -> {
			Report report = context.getBean(Initializer.class).run();
			assertThat(report.state()).isEqualTo(State.PLANNED);
			assertThat(report.message()).isEqualTo("3 changes are planned");
		}, "db-init.mode=plan");
	}

	@ParameterizedTest
	@MethodSource("servers")
	void rollsBackByInverses(Supplier<String> servers) {
		String url = servers.get();
		run(url, TWO, (context) -> {
			start(context);
			rollBack(context, RollbackTarget.to("two"));
			assertThat(count(context, "one")).isEqualTo(1);
			assertThat(count(context, "DATABASECHANGELOG")).isEqualTo(2);
			assertThat(context.getBean(Initializer.class).status(0).get(0).complete()).isFalse();
			rollBack(context, RollbackTarget.count(2));
			assertThat(count(context, "DATABASECHANGELOG")).isZero();
			assertThat(Application.step(start(context)).changeTexts()).hasSize(3);
			assertThat(count(context, "one")).isEqualTo(1);
			assertThat(count(context, "three")).isZero();
		});
	}

	@ParameterizedTest
	@MethodSource("servers")
	void rollsNothingBackWhereAnInverseIsMissing(Supplier<String> servers) {
		run(servers.get(), ONE + "--changeset a:no\ninsert into one values (2, 'b');\n--changeset a:last\n"
				+ "insert into one values (3, 'c');\n--rollback delete from one where id = 3;\n", (context) -> {
					start(context);
					assertThatExceptionOfType(InitializationException.class)
						.isThrownBy(() -> rollBack(context, RollbackTarget.count(2)))
						.withMessageContaining("db/changelog.sql::no::a' cannot be undone");
					assertThat(count(context, "one")).isEqualTo(2);
					assertThat(count(context, "DATABASECHANGELOG")).isEqualTo(3);
				});
	}

	@ParameterizedTest
	@MethodSource("servers")
	void namesTheInverseThatFails(Supplier<String> servers) {
		String url = servers.get();
		String changeLog = ONE
				+ "--changeset a:two\ninsert into one values (2, 'b');\n--rollback delete from nowhere;\n";
		run(url, changeLog, (context) -> {
			start(context);
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> rollBack(context, RollbackTarget.count(1)))
				.withMessageContaining("The inverse of changeset 'db/changelog.sql::two::a' failed")
				.satisfies((ex) -> assertThat(ex.getMessage()).containsIgnoringCase("nowhere"));
			assertThat(count(context, "DATABASECHANGELOG")).isEqualTo(2);
		});
		boolean transactional = url.contains("postgresql");
		run(url, changeLog + "--changeset a:three\nselect 1;\n", (context) -> {
			if (transactional) {
				assertThat(start(context).state()).isEqualTo(State.COMPLETE);
			}
			else {
				assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start(context))
					.withMessageContaining("db/changelog.sql::two::a' was being undone by a run that did not end");
			}
		});
		run(url, changeLog + "--changeset a:three\nselect 1;\n",
				(context) -> assertThat(start(context).state()).isEqualTo(State.COMPLETE),
				"db-init.liquibase.in-doubt=not-applied");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			drop table one | DATA_LOSS
			alter table one drop column name | DATA_LOSS
			alter table one drop name | DATA_LOSS
			truncate table one cascade | DATA_LOSS
			delete from one | DATA_LOSS
			alter table one rename column name to title | INCOMPATIBLE
			create index ix on one (name) | BLOCKING
			create index concurrently ix on one (name) | MAY_FAIL
			update one set name = 'x' | BLOCKING
			alter table one add constraint c check (id > 0) | BLOCKING
			delete from one where id = 7 | none
			alter table one drop constraint c | none
			alter table one alter column name drop not null | none
			alter table one add constraint c check (id > 0) not valid | none
			alter table one add column fax varchar(10) | none
			create table other (id int) | none
			insert into one values (2, 'drop table one') | none
			""")
	void warnsOfStatements(String statement, String risk) {
		String url = Servers.postgreSql();
		run(url, ONE, (context) -> {
			start(context);
			new JdbcTemplate(context.getBean(DataSource.class))
				.execute("insert into one select g, 'a' from generate_series(10, 99) g");
			new JdbcTemplate(context.getBean(DataSource.class)).execute("analyze one");
		});
		run(url, ONE + "--changeset a:next\n" + statement + ";\n", (context) -> {
			List<String> risks = planned(context.getBean(Initializer.class).plan()).get(0)
				.warnings()
				.stream()
				.map((warning) -> warning.risk().name())
				.toList();
			assertThat(risks).isEqualTo(risk.equals("none") ? List.of() : List.of(risk));
		});
	}

	@Test
	void warnsOfTypedChangesOfTablesThatHaveRows() {
		String url = Servers.postgreSql();
		String tables = """
				databaseChangeLog:
				- changeSet:
				    id: tables
				    author: a
				    changes:
				    - createTable:
				        tableName: full_one
				        columns:
				        - column: { name: id, type: int, constraints: { primaryKey: true } }
				        - column: { name: name, type: varchar(10) }
				    - createTable:
				        tableName: empty_one
				        columns:
				        - column: { name: name, type: varchar(10) }
				""";
		runYaml(url, tables, (context) -> {
			start(context);
			new JdbcTemplate(context.getBean(DataSource.class))
				.execute("insert into full_one select g, 'a' from generate_series(1, 1000) g");
			new JdbcTemplate(context.getBean(DataSource.class)).execute("analyze");
		});
		runYaml(url, tables + """
				- changeSet:
				    id: next
				    author: a
				    changes:
				    - createIndex:
				        indexName: ix_full
				        tableName: full_one
				        columns: [ { column: { name: name } } ]
				    - createIndex:
				        indexName: ix_empty
				        tableName: empty_one
				        columns: [ { column: { name: name } } ]
				    - addNotNullConstraint: { tableName: full_one, columnName: name, columnDataType: varchar(10) }
				    - modifyDataType: { tableName: full_one, columnName: name, newDataType: varchar(20) }
				    - addColumn:
				        tableName: full_one
				        columns:
				        - column: { name: key, type: uuid, defaultValueComputed: gen_random_uuid() }
				        - column: { name: at, type: timestamp, defaultValueComputed: current_timestamp }
				    - dropColumn: { tableName: full_one, columnName: name }
				""", (context) -> {
			List<PlannedChange.Warning> warnings = planned(context.getBean(Initializer.class).plan()).get(0).warnings();
			assertThat(warnings).extracting((warning) -> warning.risk().name())
				.containsExactly("BLOCKING", "MAY_FAIL", "BLOCKING", "BLOCKING", "DATA_LOSS");
			assertThat(warnings.get(0).text()).contains("'full_one' (about 1,000 rows)", "concurrently");
		});
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> runYaml(url, tables + """
				- changeSet:
				    id: next
				    author: a
				    changes:
				    - dropTable: { tableName: full_one }
				""", (context) -> start(context), "db-init.plan.fail-on=data-loss"))
			.withMessageContaining("refused, as 'db-init.plan.fail-on' says")
			.withMessageContaining("drops table 'full_one' (about 1,000 rows)");
		runYaml(url, tables, (context) -> assertThat(count(context, "full_one")).isEqualTo(1000));
	}

	@ParameterizedTest
	@MethodSource("servers")
	void dropsEverythingAndSetsUpAgain(Supplier<String> servers) {
		String url = servers.get();
		run(url, TWO, (context) -> {
			start(context);
			JdbcTemplate template = new JdbcTemplate(context.getBean(DataSource.class));
			template.execute("create table parent (id int primary key)");
			template.execute("create table child (id int primary key, parent int references parent (id))");
			template.execute("create view names as select name from one");
			template.update("insert into one values (7, 'x')");
			Report report = context.getBean(Initializer.class).reset();
			assertThat(Application.step(report).changeTexts()).hasSize(3);
			assertThat(count(context, "one")).isEqualTo(1);
			assertThat(Stream.of("parent", "child", "names"))
				.allSatisfy((table) -> assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> count(context, table)));
			assertThat(context.getBean(Initializer.class).run().message()).isEqualTo("Nothing to do");
		});
		run(url, TWO, (context) -> {
			assertThatExceptionOfType(NotAllowedException.class)
				.isThrownBy(() -> context.getBean(Initializer.class).reset())
				.withMessageContaining("'jdbc' must not be reset: the environment of this process is 'production'");
			assertThat(count(context, "one")).isEqualTo(1);
		}, "db-init.environment=production");
		run(url, TWO,
				(context) -> assertThatExceptionOfType(NotAllowedException.class)
					.isThrownBy(() -> context.getBean(Initializer.class).reset())
					.withMessageContaining("holds the data of 'test'"),
				"db-init.environment=development");
	}

	private static Report start(AssertableApplicationContext context) {
		return context.getBean(Initializer.class).run();
	}

	private static void rollBack(AssertableApplicationContext context, RollbackTarget target) {
		context.getBean(Initializer.class).select((database, step) -> new Undo(step, target)).run();
	}

	private static List<PlannedChange> planned(Report report) {
		return report.databases().get(0).plan().get("liquibase");
	}

	private static int count(AssertableApplicationContext context, String table) {
		Integer count = new JdbcTemplate(context.getBean(DataSource.class))
			.queryForObject("select count(*) from " + table, Integer.class);
		return (count != null) ? count : -1;
	}

	private void run(String url, String changeLog, ContextConsumer<AssertableApplicationContext> consumer,
			String... properties) {
		run(url, "db/changelog.sql", "--liquibase formatted sql\n" + changeLog, consumer, properties);
	}

	private void runYaml(String url, String changeLog, ContextConsumer<AssertableApplicationContext> consumer,
			String... properties) {
		run(url, "db/changelog.yaml", changeLog, consumer, properties);
	}

	private void run(String url, String file, String changeLog, ContextConsumer<AssertableApplicationContext> consumer,
			String... properties) {
		new Application(this.directory, url).file(file, changeLog);
		try {
			new ApplicationContextRunner()
				.withClassLoader(
						new URLClassLoader(new URL[] { this.directory.toUri().toURL() }, getClass().getClassLoader()))
				.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
						LiquibaseAutoConfiguration.class, DbInitAutoConfiguration.class,
						JdbcDatabaseAutoConfiguration.class, LiquibaseStepAutoConfiguration.class))
				.withPropertyValues("spring.datasource.url=" + url, "db-init.environment=test",
						"spring.liquibase.change-log=classpath:" + file)
				.withPropertyValues(properties)
				.run(consumer);
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Undoes in place of applying, as the command does.
	 */
	private static final class Undo extends DelegatingStep {

		private final MigrationStep step;

		private final RollbackTarget target;

		Undo(Step step, RollbackTarget target) {
			super(step);
			this.step = (MigrationStep) step;
			this.target = target;
		}

		@Override
		public String fingerprint() {
			return "rolled back";
		}

		@Override
		public boolean isUpToDate(String recorded) {
			return false;
		}

		@Override
		public void inspect(StepContext context) {
		}

		@Override
		public void run(StepContext context) throws Exception {
			this.step.rollBack(context, this.target);
		}

	}

}
