package io.dbinit.jdbc;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JdbcSeedWriter}.
 */
class JdbcSeedWriterTests {

	@Nested
	@RequiresServer
	class OnPostgreSql extends Contract {

		OnPostgreSql() {
			super(Servers.postgreSql(), """
					create table configurations (
						name varchar(50), "Group" varchar(20), value text, position integer, price numeric(10, 2),
						active boolean, settings jsonb, plain json, created timestamp, seen timestamptz, day date)""");
		}

		@Test
		void writesTypesOfItsOwn() throws SQLException {
			execute("create type mood as enum ('good', 'bad')",
					"create table own (id uuid, mood mood, tags text[], numbers int[], wait interval, raw bytea)");
			String id = "6b1f2a3c-0000-4000-8000-000000000001";
			Map<String, Object> row = row("id", id, "mood", "bad", "tags", List.of("a", "b,c"), "numbers",
					List.of(1, 2), "wait", "2 days", "raw", "\\x0102");
			assertThat(write("own", Mode.UPSERT, "id", row)).isOne();
			assertThat(write("own", Mode.UPSERT, "id", row)).isZero();
			assertThat(this.jdbc.queryForObject("select concat_ws(';', mood, tags, numbers, wait, raw) from own",
					String.class))
				.isEqualTo("bad;{a,\"b,c\"};{1,2};2 days;\\x0102");
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDb extends Contract {

		OnMariaDb() {
			super(Servers.mariaDb(), MARIADB_TABLE);
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDbThroughMySqlDriver extends Contract {

		OnMariaDbThroughMySqlDriver() {
			super(Servers.mariaDbThroughMySqlDriver(), MARIADB_TABLE);
		}

	}

	@Nested
	@RequiresServer
	class OnMariaDbThatCountsChangedRows extends Contract {

		OnMariaDbThatCountsChangedRows() {
			super(Servers.mariaDb() + "&useAffectedRows=true", MARIADB_TABLE);
		}

	}

	@Nested
	class OnH2 extends Contract {

		OnH2() {
			super(Servers.h2(), H2_TABLE);
		}

		@Test
		void writesTypesOfItsOwn() throws SQLException {
			execute("create table own (id uuid, mood enum ('good', 'bad'), tags varchar(10) array, text clob)");
			Map<String, Object> row = row("id", "6b1f2a3c-0000-4000-8000-000000000001", "mood", "bad", "tags",
					List.of("a", "b,c"), "text", "x".repeat(100_000));
			assertThat(write("own", Mode.UPSERT, "id", row)).isOne();
			assertThat(write("own", Mode.UPSERT, "id", row)).isZero();
		}

	}

	@Nested
	class OnH2AsPostgreSql extends Contract {

		OnH2AsPostgreSql() {
			super(Servers.h2() + ";MODE=PostgreSQL", H2_TABLE);
		}

	}

	private static final String MARIADB_TABLE = """
			create table configurations (
				name varchar(50), `Group` varchar(20), value text, position integer, price decimal(10, 2),
				active boolean, settings json, plain json, created datetime(6), seen timestamp(6) null, day date)
			default charset = latin1""";

	private static final String H2_TABLE = """
			create table configurations (
				name varchar(50), "Group" varchar(20), "VALUE" varchar, position integer, price decimal(10, 2),
				active boolean, settings json, plain json, created timestamp, seen timestamp with time zone, "DAY" date)""";

	abstract static class Contract {

		private static final String TABLE = "configurations";

		protected final JdbcTemplate jdbc;

		private final DataSource dataSource;

		private final String quote;

		Contract(String url, String table) {
			this.dataSource = new DriverManagerDataSource(url);
			this.jdbc = new JdbcTemplate(this.dataSource);
			this.jdbc.execute(table);
			this.quote = table.contains("`") ? "`" : "\"";
		}

		@Test
		void insertsEveryKindOfValue() throws SQLException {
			Map<String, Object> settings = row("a", 1, "list", List.of(true, "x'y\""), "none", null);
			Map<String, Object> row = row("name", "limit", "group", "g\u00e4", "VALUE", "it's \\ 5", "position", 7,
					"price", 9.99, "active", true, "settings", settings, "plain", List.of("a"), "created",
					"2024-02-03T04:05:06.789", "seen", "2024-02-03T04:05:06+01:00", "day", "2024-02-03");
			assertThat(write(TABLE, Mode.INSERT, "name", row)).isOne();
			assertThat(value("Group")).isEqualTo("g\u00e4");
			assertThat(value("value")).isEqualTo("it's \\ 5");
			assertThat(value("position")).isEqualTo("7");
			assertThat(new BigDecimal(value("price"))).isEqualByComparingTo("9.99");
			assertThat(this.jdbc.queryForObject("select active from configurations", Boolean.class)).isTrue();
			assertThat(value("settings").replace(" ", "")).contains("\"a\":1", "[true,\"x'y\\\"\"]", "\"none\":null");
			assertThat(value("plain").replace(" ", "")).isEqualTo("[\"a\"]");
			assertThat(this.jdbc.queryForObject("select created from configurations", LocalDateTime.class))
				.isEqualTo("2024-02-03T04:05:06.789");
			assertThat(this.jdbc.queryForObject("select seen from configurations", OffsetDateTime.class).toInstant())
				.isEqualTo("2024-02-03T03:05:06Z");
			assertThat(value("day")).isEqualTo("2024-02-03");
		}

		@Test
		void dateAndTimeWithoutZoneIsStoredAsWritten() throws SQLException {
			write(TABLE, Mode.INSERT, "name", row("name", "a", "created", "2024-07-03T04:05:06Z"),
					row("name", "b", "created", "2024-07-03 04:05:06"),
					row("name", "c", "created", "2024-07-03T04:05:06.000+02:00"), row("name", "d", "created",
							Date.from(LocalDateTime.of(2024, 7, 3, 4, 5, 6).toInstant(ZoneOffset.UTC))));
			assertThat(this.jdbc.queryForList("select created from configurations", LocalDateTime.class))
				.containsOnly(LocalDateTime.of(2024, 7, 3, 4, 5, 6))
				.hasSize(4);
		}

		@Test
		void nullsAndAbsentColumnsAreTheirDefaults() throws SQLException {
			Map<String, Object> row = row("name", "a", "value", null, "price", null, "active", null, "settings", null,
					"created", null, "seen", null, "day", null, "position", null);
			assertThat(write(TABLE, Mode.UPSERT, "name", row)).isOne();
			assertThat(write(TABLE, Mode.UPSERT, "name", row)).isZero();
			assertThat(value("Group")).isNull();
			assertThat(value("price")).isNull();
		}

		@Test
		void insertsOnlyIfEmpty() throws SQLException {
			assertThat(write(TABLE, Mode.IF_EMPTY, null, row("name", "a"), row("name", "b", "position", 2)))
				.isEqualTo(2);
			assertThat(write(TABLE, Mode.IF_EMPTY, null, row("name", "c"))).isZero();
			assertThat(names()).containsExactly("a", "b");
		}

		@Test
		void onceInsertsBesideExistingRows() throws SQLException {
			write(TABLE, Mode.INSERT, "name", row("name", "a"));
			assertThat(write(TABLE, Mode.ONCE, null, row("name", "a"), row("name", "a"))).isEqualTo(2);
			assertThat(write(TABLE, Mode.ONCE, "name", row("name", "a"), row("name", "b"))).isOne();
		}

		@Test
		void tellsWhetherRowsExist() throws SQLException {
			DefinitionNode where = text("name > 'a'");
			DefinitionNode query = text("select count(*) from " + TABLE + " where name = 'b'");
			try (Connection connection = this.dataSource.getConnection()) {
				JdbcSeedWriter writer = new JdbcSeedWriter(connection, Dialect.of(connection));
				assertThat(writer.isEmpty(TABLE, null)).isTrue();
				assertThat(writer.isTrue(query)).isFalse();
				write(TABLE, Mode.INSERT, "name", row("name", "a", "position", 1));
				assertThat(writer.isEmpty(TABLE, null)).isFalse();
				assertThat(writer.isEmpty(TABLE, where)).isTrue();
				write(TABLE, Mode.INSERT, "name", row("name", "b", "position", 2));
				assertThat(writer.isEmpty(TABLE, where)).isFalse();
				assertThat(writer.isTrue(query)).isTrue();
				assertThatExceptionOfType(InitializationException.class)
					.isThrownBy(() -> writer.isEmpty(TABLE, text("nme > 1")))
					.withMessageStartingWith("Failed to evaluate the condition at ")
					.withMessageContaining("condition.yml] - 1:1")
					.withMessageContaining("(SQLState 42");
			}
		}

		@Test
		void alwaysUpdates() throws SQLException {
			write(TABLE, Mode.ALWAYS, "name", row("name", "a", "position", 1));
			assertThat(write(TABLE, Mode.ALWAYS, "name", row("name", "a", "position", 2), row("name", "b")))
				.isEqualTo(2);
			assertThat(write(TABLE, Mode.ALWAYS, "name", row("name", "a", "position", 2), row("name", "b"))).isZero();
		}

		@Test
		void insertsWhatIsAbsent() throws SQLException {
			write(TABLE, Mode.INSERT, "name", row("name", "a", "value", "old"));
			assertThat(write(TABLE, Mode.INSERT, "name", row("name", "a", "value", "new"), row("name", "b"))).isOne();
			assertThat(names()).containsExactly("a", "b");
			assertThat(this.jdbc.queryForList(
					"select value from configurations where name = 'a'".replace("value", name("value")), String.class))
				.containsExactly("old");
		}

		@Test
		void updatesWhatIsOtherwise() throws SQLException {
			Map<String, Object> row = row("name", "a", "value", "Text", "position", 1, "price", new BigDecimal("1.50"),
					"active", false, "settings", Map.of("a", List.of(1)), "plain", Map.of("b", 2), "created",
					"2024-07-03T04:05:06Z", "seen", "2024-07-03T04:05:06Z", "day", "2024-07-03");
			assertThat(write(TABLE, Mode.UPSERT, "name", row)).isOne();
			assertThat(write(TABLE, Mode.UPSERT, "name", row)).isZero();
			List<Object> others = Arrays.asList("value", "text", "position", 2, "price", 1.51, "active", true,
					"settings", Map.of("a", List.of(2)), "plain", Map.of("b", 3), "created", "2024-07-03T04:05:07Z",
					"seen", "2024-07-03T04:05:07Z", "day", "2024-07-04", "position", null);
			for (int i = 0; i < others.size(); i += 2) {
				row.put((String) others.get(i), others.get(i + 1));
				assertThat(write(TABLE, Mode.UPSERT, "name", row)).as("%s", others.get(i)).isOne();
				assertThat(write(TABLE, Mode.UPSERT, "name", row)).as("%s", others.get(i)).isZero();
			}
			assertThat(names()).containsExactly("a");
		}

		@Test
		void updatesByKeyOfTwoColumns() throws SQLException {
			write(TABLE, Mode.UPSERT, "name,Group", row("name", "a", "group", "x", "position", 1),
					row("name", "a", "group", "y", "position", 1));
			assertThat(write(TABLE, Mode.UPSERT, "NAME,group", row("name", "a", "group", "y", "position", 2))).isOne();
			assertThat(this.jdbc.queryForList("select position from configurations order by position", Integer.class))
				.containsExactly(1, 2);
		}

		@Test
		void updateOfKeyAloneChangesNothing() throws SQLException {
			write(TABLE, Mode.UPSERT, "name", row("name", "a"));
			assertThat(write(TABLE, Mode.UPSERT, "name", row("name", "a"))).isZero();
		}

		@Test
		void writesManyRows() throws SQLException {
			@SuppressWarnings({ "rawtypes", "unchecked" })
			Map<String, Object>[] rows = new Map[500];
			for (int i = 0; i < rows.length; i++) {
				rows[i] = row("name", "n" + i, "position", i);
			}
			assertThat(write(TABLE, Mode.UPSERT, "name", rows)).isEqualTo(500);
			rows[77].put("position", -1);
			assertThat(write(TABLE, Mode.UPSERT, "name", rows)).isOne();
		}

		@ParameterizedTest
		@EnumSource(Mode.class)
		void nothingIsWrittenIfAColumnIsUnknown(Mode mode) {
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> write(TABLE, mode, "name", row("name", "a"), row("name", "b", "positon", 1)))
				.withMessageContaining("No column 'positon' in table")
				.withMessageMatching("(?is).*did you mean 'position'.*");
			assertThat(names()).isEmpty();
		}

		@Test
		void unknownTableNamesTheNearest() {
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> write("configuration", Mode.INSERT, "name", row("name", "a")))
				.withMessageContaining("No table 'configuration'")
				.withMessageMatching("(?is).*did you mean 'configurations'.*");
		}

		@Test
		void keyWithoutValueFails() {
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> write(TABLE, Mode.INSERT, "name", row("name", null, "value", "secret")))
				.withMessageContaining("no value for its key 'name'")
				.withMessageNotContaining("secret");
		}

		@Test
		void namesAreNotPastedIntoStatements() {
			String evil = "name\" = 'x'; drop table configurations; --";
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> write(TABLE, Mode.INSERT, "name", row("name", "a", evil, "b")));
			assertThat(names()).isEmpty();
		}

		@Test
		void findsNamesThatNeedQuotes() throws SQLException {
			String table = "Order \"%_ items".replace("\"", this.quote.equals("`") ? "``" : "\"\"");
			execute("create table %1$s%2$s%1$s (%1$sselect%1$s integer, %1$sWeird Name%1$s varchar(10))"
				.formatted(this.quote, table));
			String written = "Order " + this.quote + "%_ items";
			assertThat(write(written, Mode.UPSERT, "select", row("select", 1, "Weird Name", "x"))).isOne();
			assertThat(write(written.toUpperCase(), Mode.UPSERT, "SELECT", row("select", 1, "weird name", "x")))
				.isZero();
		}

		@Test
		void exactNameIsPreferred() throws SQLException {
			execute("create table %1$stwo_x%1$s (id integer)".formatted(this.quote),
					"create table %1$sTWO_X%1$s (id integer, more integer)".formatted(this.quote));
			assertThat(write("two_x", Mode.IF_EMPTY, null, row("id", 1))).isOne();
			assertThat(write("TWO_X", Mode.IF_EMPTY, null, row("id", 1, "more", 2))).isOne();
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> write("Two_x", Mode.IF_EMPTY, null, row("id", 1)))
				.withMessageContaining("More than one table 'Two_x'");
		}

		@Test
		void findsTableOfOtherSchema() throws SQLException {
			execute("create schema other_" + System.identityHashCode(this),
					"create table other_%d.things (id integer)".formatted(System.identityHashCode(this)));
			String name = "Other_%d.THINGS".formatted(System.identityHashCode(this));
			assertThat(write(name, Mode.UPSERT, "id", row("id", 1))).isOne();
			assertThat(write(name, Mode.UPSERT, "id", row("id", 1))).isZero();
		}

		protected final void execute(String... statements) {
			for (String statement : statements) {
				this.jdbc.execute(statement);
			}
		}

		@SafeVarargs
		protected final int write(String table, Mode mode, String key, Map<String, Object>... rows)
				throws SQLException {
			try (Connection connection = this.dataSource.getConnection()) {
				return new JdbcSeedWriter(connection, Dialect.of(connection))
					.write(new SeedData(table, mode, (key != null) ? List.of(key.split(",")) : List.of(),
							Arrays.stream(rows).map((row) -> new Row("a test", row)).toList()));
			}
		}

		@Test
		void updatesOnlyTheNamedColumnsAndTouchesAnotherOnChange() throws SQLException {
			JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
			jdbc.execute("create table touched (id integer primary key, a varchar(9), b varchar(9), t timestamp null)");
			jdbc.update("insert into touched (id, a, b) values (1, 'old', 'mine')");
			SeedData data = new SeedData("touched", Mode.UPSERT, List.of("id"),
					List.of(new Row("a test", Map.of("id", 1, "a", "new", "b", "yours")),
							new Row("a test", Map.of("id", 2, "a", "new"))),
					List.of("a"), "t", null);
			try (Connection connection = this.dataSource.getConnection()) {
				assertThat(new JdbcSeedWriter(connection, Dialect.of(connection)).write(data)).isEqualTo(2);
				Map<String, Object> first = jdbc.queryForMap("select a, b, t from touched where id = 1");
				assertThat(first).containsEntry("a", "new").containsEntry("b", "mine");
				assertThat(first.get("t")).isNotNull();
				assertThat(new JdbcSeedWriter(connection, Dialect.of(connection)).write(data)).isZero();
				assertThat(jdbc.queryForMap("select a, b, t from touched where id = 1")).isEqualTo(first);
			}
		}

		private static DefinitionNode text(String text) {
			return new DefinitionReader((value) -> value)
				.read(new ByteArrayResource(("\"" + text + "\"").getBytes(StandardCharsets.UTF_8), "condition.yml"))
				.get(0);
		}

		private List<String> names() {
			return this.jdbc.queryForList("select name from configurations order by name", String.class);
		}

		private String value(String column) {
			String expression = name(column);
			return this.jdbc.queryForObject("select " + expression + " from configurations", String.class);
		}

		private String name(String column) {
			if (column.equals("Group")) {
				return this.quote + column + this.quote;
			}
			// Words of H2
			return isH2() && List.of("value", "day").contains(column) ? '"' + column.toUpperCase() + '"' : column;
		}

		private boolean isH2() {
			return ((DriverManagerDataSource) this.dataSource).getUrl().startsWith("jdbc:h2");
		}

	}

	static Map<String, Object> row(Object... namesAndValues) {
		Map<String, Object> row = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			row.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return row;
	}

}
