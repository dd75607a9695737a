package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import io.dbinit.InitializationException;
import io.dbinit.jdbc.Catalog.Table;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Catalog}.
 */
@RequiresServer
class CatalogTests {

	@Test
	void findsTableAsTheSearchPathDoes() throws SQLException {
		String url = Servers.postgreSql();
		Servers.execute(url, "create schema app", "create schema \"Lib\"", "create table public.countries (id integer)",
				"create table \"Lib\".countries (id integer)", "create table app.users (id integer)",
				"create table public.users (id integer)", "create view public.names as select 1 as id");
		try (Connection connection = DriverManager.getConnection(url)) {
			Sql.execute(connection, "set search_path to missing, app, \"Lib\", public");
			Catalog catalog = new Catalog(connection);
			assertThat(catalog.table("users")).isEqualTo(new Table("app", "users"));
			assertThat(catalog.table("Countries")).isEqualTo(new Table("Lib", "countries"));
			assertThat(catalog.table("names")).isEqualTo(new Table("public", "names"));
			assertThat(catalog.table("public.users")).isEqualTo(new Table("public", "users"));
			assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> catalog.table("contries"))
				.withMessageContaining("did you mean 'countries'?");
		}
	}

}
