package io.dbinit.liquibase;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

import io.dbinit.InitializationException;
import io.dbinit.Report;
import io.dbinit.MigrationVersions;
import io.dbinit.liquibase.LiquibaseStepProperties.InDoubt;
import io.dbinit.testing.Servers;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link LiquibaseStep} on H2.
 */
class LiquibaseStepTests {

	private static final String TWO = """
			--changeset a:one
			create table one (id int primary key);
			--changeset a:two
			create table two (id int primary key);
			""";

	private Application application;

	@BeforeEach
	void prepare(@TempDir Path directory) {
		this.application = new Application(directory, Servers.h2());
	}

	@Test
	void appliesTheChangeLogAndReportsIt() {
		Report report = this.application.changeLog(TWO).start();
		assertThat(Application.step(report).changeTexts()).containsExactly("changeset db/changelog.sql::one::a",
				"changeset db/changelog.sql::two::a");
		assertThat(report.databases().get(0).migrations()).containsEntry("liquibase",
				new MigrationVersions("db/changelog.sql::two::a", "db/changelog.sql::two::a", 0));
		assertThat(report.databases().get(0).limitations()).isEmpty();
		assertThat(this.application.query("select id from databasechangelog order by orderexecuted"))
			.containsExactly("one", "two");
		assertThat(this.application.inDoubt()).isEmpty();
	}

	@Test
	void tellsTheVersionsBeforeItRuns() throws Exception {
		this.application.changeLog(TWO).start();
		this.application.changeLog(TWO + """
				--changeset a:three
				invalid;
				--changeset a:four
				select 1;
				""");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start);
		assertThat(this.application.history(1).get(0).error()).isNotNull();
		assertThat(this.application.query("select count(*) from databasechangelog")).containsExactly("2");
	}

	@Test
	void doesNothingWhenNothingHasChanged() {
		this.application.changeLog(TWO).start();
		this.application.calls.clear();
		SpringLiquibase untouchable = new SpringLiquibase() {

			@Override
			protected liquibase.Liquibase createLiquibase(Connection connection) {
				throw new AssertionError();
			}

		};
		untouchable.setDataSource(this.application.dataSource);
		untouchable.setChangeLog("classpath:db/changelog.sql");
		assertThat(this.application.start(untouchable).message()).isEqualTo("Nothing to do");
		assertThat(this.application.calls).containsExactly("look");
	}

	@Test
	void runsAgainWhenTheChangeLogHasChanged() {
		this.application.changeLog(TWO).start();
		Report report = this.application.changeLog(TWO + "--changeset a:three\ncreate table three (id int);\n").start();
		assertThat(Application.step(report).changeTexts()).containsExactly("changeset db/changelog.sql::three::a");
	}

	@Test
	void runsAsynchronousSubclassesOnThisThread() {
		Thread[] thread = new Thread[1];
		SpringLiquibase asynchronous = new SpringLiquibase() {

			@Override
			public void afterPropertiesSet() {
				throw new AssertionError("Must not be called");
			}

			@Override
			protected void performUpdate(liquibase.Liquibase liquibase) throws liquibase.exception.LiquibaseException {
				thread[0] = Thread.currentThread();
				super.performUpdate(liquibase);
			}

		};
		asynchronous.setDataSource(this.application.dataSource);
		asynchronous.setChangeLog("classpath:db/changelog.sql");
		Report report = this.application.changeLog(TWO).start(asynchronous);
		assertThat(thread[0]).isSameAs(Thread.currentThread());
		assertThat(Application.step(report).changeTexts()).hasSize(2);
		assertThat(report.databases().get(0).limitations()).singleElement()
			.asString()
			.contains("overrides 'afterPropertiesSet'");
		assertThat(asynchronous.getDataSource()).isSameAs(this.application.dataSource);
		assertThat(asynchronous.getCustomizer()).isNull();
	}

	@Test
	void worksOnADataSourceOfItsOwn() {
		String other = Servers.h2();
		this.application.customizer = (liquibase) -> liquibase.setDataSource(new DriverManagerDataSource(other));
		Report report = this.application.changeLog(TWO).start();
		assertThat(new Application(this.application.directory, other).query("select count(*) from databasechangelog"))
			.containsExactly("2");
		assertThat(report.databases().get(0).limitations()).hasSize(2)
			.anyMatch((limitation) -> limitation.contains("has a separate data source"))
			.anyMatch((limitation) -> limitation.contains("works on another database"));
		assertThat(Application.step(this.application.start()).changeTexts()).isEmpty();
	}

	@Test
	void doesNotRunWhatIsToldNotTo() {
		this.application.customizer = (liquibase) -> liquibase.setShouldRun(false);
		Report report = this.application.changeLog(TWO).start();
		assertThat(Application.step(report).changeTexts()).isEmpty();
		assertThat(this.application.start().message()).isEqualTo("Nothing to do");
		this.application.customizer = (liquibase) -> {
		};
		assertThat(Application.step(this.application.start()).changeTexts()).hasSize(2);
	}

	@Test
	void asksThePreconditionsOfTheChangeLogEachTime() {
		for (String nested : List.of("db/changelog.yaml", "db/part.yaml")) {
			this.application.yaml("""
					- include: { file: db/part.yaml }
					- changeSet:
					    id: 1
					    author: a
					    changes:
					    - sql: { sql: create table if not exists one (id int) }
					""");
			this.application.file("db/part.yaml", "databaseChangeLog:\n- property: { name: x, value: y }\n");
			this.application.file(nested, this.application.read(nested) + """
					- preConditions:
					  - dbms: { type: h2 }
					  - not:
					    - tableExists: { tableName: forbidden }
					""".indent(nested.endsWith("changelog.yaml") ? 2 : 0));
			Report report = this.application.start();
			assertThat(report.databases().get(0).limitations()).containsExactly(
					"Liquibase runs at each start: precondition 'tableExists' of the changelog queries the database each time");
			Servers.execute(this.application.url, "create table forbidden (id int)");
			assertThatExceptionOfType(InitializationException.class).as(nested).isThrownBy(this.application::start);
			Servers.execute(this.application.url, "drop table forbidden");
		}
	}

	@Test
	void asksNoPreconditionWhoseAnswerIsConstant() {
		this.application.yaml("""
				- preConditions:
				  - dbms: { type: h2 }
				  - or:
				    - dbms: { type: postgresql }
				    - not:
				      - runningAs: { username: nobody }
				- changeSet:
				    id: 1
				    author: a
				    preConditions:
				    - onFail: MARK_RAN
				    - tableExists: { tableName: absent }
				    changes:
				    - sql: { sql: create table one (id int) }
				""");
		assertThat(this.application.start().databases().get(0).limitations()).isEmpty();
		assertThat(this.application.start().message()).isEqualTo("Nothing to do");
	}

	@Test
	void followsExternalEntitiesOfXmlFiles() {
		this.application.file("db/changelog.xml", """
				<?xml version="1.0" encoding="UTF-8"?>
				<!DOCTYPE databaseChangeLog [
					<!ENTITY % more PUBLIC '-//A//B' 'db/more.dtd'> %more;
					<!ENTITY ext SYSTEM "db/ext.xml">
				]>
				<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
					xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
					xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
						http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
					&ext; &other;
				</databaseChangeLog>
				""");
		this.application.file("db/more.dtd", "<!ENTITY other SYSTEM \"db/other.xml\">");
		this.application.file("db/ext.xml", changeSet("one"));
		this.application.file("db/other.xml", changeSet("two"));
		this.application.customizer = (liquibase) -> liquibase.setChangeLog("classpath:db/changelog.xml");
		Report report = this.application.start();
		assertThat(Application.step(report).changeTexts()).hasSize(2);
		assertThat(report.databases().get(0).limitations()).isEmpty();
		assertThat(this.application.start().message()).isEqualTo("Nothing to do");
		this.application.file("db/ext.xml", changeSet("one") + changeSet("three"));
		assertThat(Application.step(this.application.start()).changeTexts()).hasSize(1);
		this.application.file("db/other.xml", changeSet("two") + changeSet("four"));
		assertThat(Application.step(this.application.start()).changeTexts()).hasSize(1);
		assertThat(this.application.start().message()).isEqualTo("Nothing to do");
	}

	private static String changeSet(String name) {
		return """
				<changeSet id="%1$s" author="a"><sql>create table %1$s (id int)</sql></changeSet>
				""".formatted(name);
	}

	@Test
	void parsesTheChangeLogOnce() throws Exception {
		this.application.yaml("""
				- changeSet:
				    id: 1
				    author: a
				    changes:
				    - customChange: { class: io.dbinit.liquibase.CountingChange }
				""");
		SpringLiquibase plain = this.application.bean();
		plain.setDataSource(new DriverManagerDataSource(Servers.h2()));
		try (URLClassLoader loader = this.application.loader()) {
			plain.setResourceLoader(new DefaultResourceLoader(loader));
			CountingChange.created.set(0);
			plain.afterPropertiesSet();
		}
		int once = CountingChange.created.getAndSet(0);
		assertThat(Application.step(this.application.start()).changeTexts()).hasSize(1);
		assertThat(CountingChange.created).hasValue(once);
	}

	@Test
	void tellsWhichChangeSetsChangedAndWhatToDo() {
		this.application.file("db/data.csv", "id\n1\n");
		this.application.yaml(edited("int", "varchar(10)"));
		this.application.start();
		this.application.file("db/data.csv", "id\n1\n2\n");
		this.application.yaml(edited("bigint", "varchar(20)"));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start)
			.satisfies((ex) -> assertThat(ex.getMessage().lines()).satisfiesExactly(
					(line) -> assertThat(line).startsWith("Failed at step 'liquibase' of 'jdbc': 3 changesets of")
						.endsWith("'db/changelog.yaml' changed after being applied to 'jdbc':"),
					(line) -> assertThat(line).matches(
							"  'db/changelog.yaml::1::a': its checksum was 9:\\w+ when it was applied, and is 9:\\w+ now: 'db/changelog.yaml' was edited since, or a parameter that it uses"),
					(line) -> assertThat(line).contains("'db/changelog.yaml::2::a'"),
					(line) -> assertThat(line).contains("'db/changelog.yaml::3::a'",
							"'db/changelog.yaml' or 'db/data.csv' was edited")))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("Exception"))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("new changeset", "'validCheckSum: 9:",
					"No changeset was applied"));
		String sum = validCheckSum();
		this.application.file("db/data.csv", "id\n1\n");
		this.application.yaml(edited("bigint", "varchar(10)").replaceFirst("author: a",
				"author: a\n    validCheckSum: \"" + sum + "\""));
		assertThat(Application.step(this.application.start()).changeTexts()).isEmpty();
	}

	private String validCheckSum() {
		String[] action = new String[1];
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start)
			.satisfies((ex) -> action[0] = ex.getAction());
		return action[0].replaceFirst("(?s).*'validCheckSum: ([^']*)'.*", "$1");
	}

	private static String edited(String one, String two) {
		return """
				- changeSet:
				    id: 1
				    author: a
				    changes:
				    - createTable:
				        tableName: one
				        columns:
				        - column: { name: id, type: %s }
				- changeSet:
				    id: 2
				    author: a
				    changes:
				    - createTable:
				        tableName: two
				        columns:
				        - column: { name: id, type: %s }
				- changeSet:
				    id: 3
				    author: a
				    changes:
				    - loadData: { file: db/data.csv, tableName: one }
				""".formatted(one, two);
	}

	@Test
	void listsWhatIsNotValid() {
		this.application.yaml("""
				- include: { file: db/part.yaml }
				- changeSet:
				    id: 1
				    author: a
				    changes:
				    - createTable: { columns: [ { column: { name: id, type: int } } ] }
				""");
		this.application.file("db/part.yaml", """
				databaseChangeLog:
				- logicalFilePath: logical
				- changeSet:
				    id: 2
				    author: a
				    changes:
				    - dropColumn: { columnName: x }
				    - addColumn: { tableName: t }
				""");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start)
			.withMessageContaining("The changelog 'db/changelog.yaml' is not valid for 'jdbc':")
			.withMessageContaining("db/changelog.yaml::1::a")
			.withMessageContaining("logical::2::a (in 'db/part.yaml')")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("Exception"))
			.satisfies((ex) -> assertThat(ex.getAction()).endsWith("No changeset was applied."));
	}

	@Test
	void failsClearlyWithoutAChangeLog() {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start)
			.withMessageContaining("classpath:db/changelog.sql")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("spring.liquibase.change-log"));
		assertThat(this.application.query("select count(*) from information_schema.tables where table_schema='PUBLIC'"))
			.containsExactly("0");
	}

	@Test
	void tellsWhatFailedAndWhatWasDone() {
		this.application.yaml("""
				- changeSet:
				    id: 1
				    author: a
				    changes:
				    - createTable:
				        tableName: one
				        columns:
				        - column: { name: id, type: int }
				    - sql: { sql: invalid }
				    - createTable:
				        tableName: two
				        columns:
				        - column: { name: id, type: int }
				""");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start)
			.withMessageContaining("Changeset 'db/changelog.yaml::1::a' failed at change 2 of 3 (sql)")
			.withMessageContaining("Changes 1 to 1 of it are applied and kept. Nothing of change 2 was applied."
					+ " The changes after it were not begun.")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("'db/changelog.yaml'"));
		this.application.file("db/changelog.yaml",
				this.application.read("db/changelog.yaml").replace("invalid", "create table three (id int)"));
		Report report = this.application.start();
		assertThat(Application.step(report).changeTexts()).containsExactly("changeset db/changelog.yaml::1::a");
		assertThat(this.application.inDoubt()).isEmpty();
		assertThat(this.application.start().message()).isEqualTo("Nothing to do");
	}

	@Test
	void goesOnAfterAChangeThatTheDatabaseHas() {
		killAt((entry) -> entry.startsWith("intend") && entry.contains("change 2 begun"));
		Report report = this.application.start();
		assertThat(Application.step(report).changeTexts()).containsExactly("changeset db/changelog.yaml::1::a");
		assertThat(this.application.query("select name from one")).containsExactly("x");
		assertThat(this.application.inDoubt()).isEmpty();
	}

	@Test
	void goesOnBeforeAChangeThatTheDatabaseDoesNotHave() {
		killAt((entry) -> entry.startsWith("intend") && entry.contains("change 2 begun"));
		Servers.execute(this.application.url, "drop table one");
		Report report = this.application.start();
		assertThat(Application.step(report).changeTexts()).containsExactly("changeset db/changelog.yaml::1::a");
		assertThat(this.application.query("select name from one")).containsExactly("x");
	}

	@Test
	void stopsWhereTheDatabaseCannotTell() {
		killAtInsert();
		assertThatExceptionOfType(InitializationException.class).isThrownBy(this.application::start)
			.withMessageContaining("db/changelog.yaml::1::a")
			.withMessageContaining("change 2 of 3")
			.withMessageContaining("INSERT INTO PUBLIC.one")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("db-init.liquibase.in-doubt=applied",
					"db-init.liquibase.in-doubt=not-applied"));
		assertThat(this.application.query("select count(*) from one")).containsExactly("1");
	}

	@Test
	void goesOnAfterAChangeThatIsSaidToBeApplied() {
		killAtInsert();
		this.application.inDoubt = InDoubt.APPLIED;
		this.application.start();
		assertThat(this.application.query("select name from one")).containsExactly("x");
		assertThat(this.application.query("select count(*) from two")).containsExactly("0");
		assertThat(this.application.query("select count(*) from databasechangelog")).containsExactly("1");
		assertThat(this.application.inDoubt()).isEmpty();
	}

	@Test
	void goesOnWithAChangeThatIsSaidNotToBeApplied() throws SQLException {
		killAtInsert();
		Servers.execute(this.application.url, "delete from one");
		this.application.inDoubt = InDoubt.NOT_APPLIED;
		this.application.start();
		assertThat(this.application.query("select name from one")).containsExactly("x");
		assertThat(this.application.query("select count(*) from two")).containsExactly("0");
	}

	private void killAtInsert() {
		killAt((entry) -> entry.startsWith("done") && entry.contains("change 1 begun"));
		Servers.execute(this.application.url, "insert into one values ('x')");
	}

	/**
	 * Stop without any of Liquibase's clean-up in the journal, as a killed process does.
	 */
	private void killAt(Predicate<String> moment) {
		this.application.yaml("""
				- changeSet:
				    id: 1
				    author: a
				    changes:
				    - createTable:
				        tableName: one
				        columns:
				        - column: { name: name, type: varchar(10) }
				    - insert:
				        tableName: one
				        columns:
				        - column: { name: name, value: x }
				    - createTable:
				        tableName: two
				        columns:
				        - column: { name: id, type: int }
				""");
		boolean[] dead = new boolean[1];
		this.application.journal = (entry) -> {
			dead[0] |= moment.test(entry);
			if (dead[0]) {
				throw new Killed();
			}
		};
		assertThatExceptionOfType(Killed.class).isThrownBy(this.application::start);
		this.application.journal = (entry) -> {
		};
		this.application.leave(Instant.now());
	}

	private static final class Killed extends Error {

	}

}
