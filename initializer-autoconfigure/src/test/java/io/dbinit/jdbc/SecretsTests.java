package io.dbinit.jdbc;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Phase;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that values of statements, and credentials, do not get into errors.
 */
class SecretsTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql());
		}

		@Test
		void invalidJson() {
			assertHidden("insert into t (id, j) values (2, cast('{\"a\": s3cret}' as json))", "json");
		}

		@Test
		void errorNamesConstraintAndTable() {
			assertHidden("insert into t (id, pw) values (2, 's3cret')", "constraint 'unique_pw', table 't'");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb());
		}

		@Test
		void syntaxError() {
			assertHidden("insert into t (id, pw) value_s 's3cret'", "SQL syntax");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDbThroughMySqlDriver extends Contract {

		OnMariaDbThroughMySqlDriver() {
			super(Servers.mariaDbThroughMySqlDriver());
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2());
		}

		@Test
		void statementOfTheError() {
			assertHidden("insert into missing (pw) values ('s3cret')", "MISSING");
		}

	}

	abstract static class Contract {

		private final DriverManagerDataSource dataSource;

		private final JdbcTemplate jdbc;

		Contract(String url) {
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.jdbc.execute("""
					create table t (id integer primary key, pw varchar(8), n integer, d date, j json, must varchar(9),
						constraint unique_pw unique (pw), constraint no_secret check (must <> 's3cret'))""");
			this.jdbc.execute("insert into t (id, pw) values (1, 's3cret')");
		}

		@Test
		void duplicate() {
			assertHidden("insert into t (id, pw) values (2, 's3cret')", "unique_pw");
		}

		@Test
		void wrongType() {
			assertHidden("insert into t (id, n) values (2, 's3cret')", "");
		}

		@Test
		void wrongDate() {
			assertHidden("insert into t (id, d) values (2, 's3cret')", "");
		}

		@Test
		void longValue() {
			assertHidden("insert into t (id, pw) values (2, 's3cret s3cret')", "");
		}

		@Test
		void checkConstraint() {
			assertHidden("insert into t (id, must) values (2, 's3cret')", "no_secret");
		}

		final void assertHidden(String sql, String named) {
			TestStep step = TestStep.once("seed", Phase.SEED, TestStep.Work.sql(sql));
			Initializer initializer = Starts.of(new JdbcDatabase("jdbc", this.dataSource), step);
			assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
				.withMessageContaining("SQLState")
				.satisfies((ex) -> assertThat(ex.getMessage()).containsIgnoringCase(named))
				.satisfies((ex) -> assertThat(trace(ex)).doesNotContain("s3cret"));
			assertThat(initializer.report().toString()).doesNotContain("s3cret");
			List<String> errors = this.jdbc.queryForList("select error from db_init_run", String.class);
			errors.addAll(this.jdbc.queryForList("select error from db_init_run_step", String.class));
			assertThat(errors).hasSize(2).allSatisfy((error) -> assertThat(error).doesNotContain("s3cret"));
		}

		private static String trace(Throwable ex) {
			StringWriter writer = new StringWriter();
			ex.printStackTrace(new PrintWriter(writer));
			return writer.toString();
		}

	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:postgresql://postgres:s3cret@host:5432/db", "jdbc:mariadb://root:s3c@ret@host/db",
			"java.net.UnknownHostException: postgres:s3cret@host", "Failed (root:s3cret@host)",
			"jdbc:x:y?user=a&password=s3cret&b=c" })
	void passwordInUrl(String text) {
		assertThat(SqlErrors.withoutCredentials(text)).doesNotContain("s3cret", "ret@").contains("***");
	}

}
