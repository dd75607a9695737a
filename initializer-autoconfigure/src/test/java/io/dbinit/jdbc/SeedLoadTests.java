package io.dbinit.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.definition.DataFile;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SeedLoad}.
 */
class SeedLoadTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql(), "integer generated always as identity primary key", "jsonb");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb(), "integer auto_increment primary key", "json");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDbThroughMySqlDriver extends Contract {

		OnMariaDbThroughMySqlDriver() {
			super(Servers.mariaDbThroughMySqlDriver(), "integer auto_increment primary key", "json");
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2(), "integer generated always as identity primary key", "json");
		}

	}

	abstract static class Contract {

		private final DataSource dataSource;

		private final JdbcTemplate jdbc;

		@TempDir
		private Path folder;

		Contract(String url, String id, String json) {
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.jdbc.execute("""
					create table people (id %s, code varchar(20), name varchar(60), price decimal(10, 2),
						born date, details %s, changed timestamp null)""".formatted(id, json));
		}

		@ParameterizedTest
		@EnumSource(names = { "ONCE", "IF_EMPTY", "INSERT", "UPSERT", "ALWAYS" })
		void writesTheValuesAsTheyAreInTheFile(Mode mode) throws Exception {
			Path file = file("people.csv", """
					id,code,name,price,born,details
					7,0012,'a \\ b	''c''',9.50,2024-02-03,'{''a'':[1]}'
					9,NO,'',,,
					""".replace('\'', '"'));
			assertThat(write(file, mode, mode.needsKey() ? "id" : null)).isEqualTo(2);
			assertThat(this.jdbc.queryForList("select code from people order by id", String.class))
				.containsExactly("0012", "NO");
			assertThat(this.jdbc.queryForList("select name from people order by id", String.class))
				.containsExactly("a \\ b\t\"c\"", "");
			assertThat(this.jdbc.queryForList("select price from people order by id", String.class))
				.containsExactly("9.50", null);
			assertThat(this.jdbc.queryForList("select born from people order by id", String.class))
				.containsExactly("2024-02-03", null);
			assertThat(
					this.jdbc.queryForObject("select details from people where id = 7", String.class).replace(" ", ""))
				.isEqualTo("{\"a\":[1]}");
			this.jdbc.update("insert into people (code) values ('next')");
			assertThat(this.jdbc.queryForObject("select id from people where code = 'next'", Integer.class))
				.isGreaterThan(9);
		}

		@Test
		void insertsRowsWhoseKeyIsAbsentOnly() throws Exception {
			this.jdbc.update("insert into people (code, name) values ('a', 'mine')");
			Path file = file("people.ndjson", """
					{"code": "a", "name": "yours"}

					{"code": "b", "name": null}
					""");
			assertThat(write(file, Mode.INSERT, "code")).isOne();
			assertThat(write(file, Mode.INSERT, "code")).isZero();
			assertThat(this.jdbc.queryForList("select name from people order by code", String.class))
				.containsExactly("mine", null);
		}

		@Test
		void updatesRowsThatDiffer() throws Exception {
			this.jdbc.update("insert into people (code, name, price) values ('a', 'A', 1)");
			this.jdbc.update("insert into people (code, name, price) values ('b', 'b', 2)");
			Path file = file("people.csv", """
					name,code,price
					a,a,5
					b,b,2
					c,c,
					""");
			SeedData data = new SeedData("people", Mode.UPSERT, List.of("code"), List.of(), List.of("name"), "changed",
					DataFile.of(new DefinitionReader((value) -> value)
						.read(new ByteArrayResource(file.toUri().toString().getBytes(StandardCharsets.UTF_8)))
						.get(0), new DefaultResourceLoader()));
			assertThat(write(data)).isEqualTo(2);
			assertThat(write(data)).isZero();
			assertThat(this.jdbc.queryForList("select name from people order by code", String.class))
				.containsExactly("a", "b", "c");
			assertThat(this.jdbc.queryForList("select price from people where code = 'a'", String.class).get(0))
				.startsWith("1");
			assertThat(this.jdbc.queryForList("select code from people where changed is not null", String.class))
				.containsExactly("a");
		}

		@Test
		void leavesATableThatIsNotEmpty() throws Exception {
			this.jdbc.update("insert into people (code) values ('a')");
			assertThat(write(file("people.csv", "code\nb\n"), Mode.IF_EMPTY, null)).isZero();
		}

		@Test
		void writesNothingIfALateRowIsMalformed() throws Exception {
			StringBuilder text = new StringBuilder("code,price\n");
			for (int i = 2; i < 5000; i++) {
				text.append(i).append(",1.25\n");
			}
			Path file = file("people.csv", text + "last,1.255\n");
			for (Mode mode : List.of(Mode.ONCE, Mode.INSERT)) {
				assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(() -> write(file, mode, mode.needsKey() ? "code" : null))
					.withMessageContaining("people.csv] - 5000:1")
					.withMessageContaining("does not fit its type")
					.withMessageContaining("more than 2 decimal places");
				assertThat(count()).isZero();
			}
		}

		@Test
		void namesTheRowThatTheDatabaseRefuses() throws Exception {
			this.jdbc.execute("create unique index people_code on people (code)");
			Path file = file("people.csv", "code\na\nb\na\n");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(file, Mode.ONCE, null))
				.withMessageContaining("people.csv")
				.withMessageContaining(" - 4:1")
				.withMessageNotContaining("'a'");
			assertThat(count()).isZero();
		}

		@Test
		void refusesTwoRowsWithTheSameKey() throws Exception {
			Path file = file("people.csv", "code,name\nx,1\ny,2\nx,3\n");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(file, Mode.UPSERT, "code"))
				.withMessageContaining(" - 2:1")
				.withMessageContaining(" - 4:1")
				.withMessageContaining("have the same key [code]");
			assertThat(count()).isZero();
		}

		@Test
		void refusesARowWithoutItsKey() throws Exception {
			Path file = file("people.csv", "code,name\nx,1\n,2\n");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(file, Mode.INSERT, "code"))
				.withMessageContaining(" - 3:1")
				.withMessageContaining("no value for its key 'code'");
		}

		@Test
		void refusesRowsWithOtherColumns() throws Exception {
			Path file = file("people.jsonl", "{\"code\": \"a\", \"name\": \"b\"}\n{\"code\": \"c\"}\n");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(file, Mode.ONCE, null))
				.withMessageContaining("people.jsonl] - 2:1")
				.withMessageContaining("it has the columns [code], but the first row [code, name]");
		}

		@Test
		void refusesAnUpdateThatMatchesSeveralRows() throws Exception {
			this.jdbc.update("insert into people (code) values ('a')");
			this.jdbc.update("insert into people (code) values ('a')");
			Path file = file("people.csv", "code,name\na,1\n");
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(file, Mode.UPSERT, "code"))
				.withMessageContaining("matches more than one row of table 'people'");
		}

		@Test
		void readsCompressedFiles() throws Exception {
			Path file = this.folder.resolve("people.csv.gz");
			try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
				out.write("code\na\nb\n".getBytes(StandardCharsets.UTF_8));
			}
			assertThat(write(file, Mode.ONCE, null)).isEqualTo(2);
			assertThat(count()).isEqualTo(2);
		}

		private int count() {
			return this.jdbc.queryForObject("select count(*) from people", Integer.class);
		}

		private Path file(String name, String content) throws IOException {
			return Files.writeString(this.folder.resolve(name), content);
		}

		private int write(Path file, Mode mode, String key) throws SQLException {
			DataFile rows = DataFile.of(new DefinitionReader((value) -> value)
				.read(new ByteArrayResource(file.toUri().toString().getBytes(StandardCharsets.UTF_8)))
				.get(0), new DefaultResourceLoader());
			return write(new SeedData("people", mode, (key != null) ? List.of(key) : List.of(), List.of(), List.of(),
					null, rows));
		}

		private int write(SeedData data) throws SQLException {
			try (Connection connection = this.dataSource.getConnection()) {
				JdbcSeedWriter writer = new JdbcSeedWriter(connection, Dialect.of(connection));
				return Sql.inTransaction(connection, (same) -> writer.write(data, (rows) -> {
				}));
			}
		}

	}

}
