package io.dbinit.benchmark;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.dbinit.testing.MongoDb;
import io.dbinit.testing.Servers;

/**
 * A new database for a service.
 */
interface Site {

	/**
	 * Return the arguments with which the service finds it.
	 * @return the arguments
	 */
	List<String> arguments();

	/** Remove it. */
	void drop();

	static Site create(boolean sql) {
		return sql ? new PostgreSql(Servers.postgreSql()) : new MongoDbSite(MongoDb.database());
	}

	/**
	 * A database of PostgreSQL, which counts the statements that it executes.
	 *
	 * @param url its URL
	 */
	record PostgreSql(String url) implements Site {

		@Override
		public List<String> arguments() {
			return List.of("--spring.datasource.url=" + this.url);
		}

		String name() {
			return URI.create(this.url.substring("jdbc:".length())).getPath().substring(1);
		}

		private String server() {
			return this.url.replace("/" + name() + "?", "/postgres?");
		}

		@Override
		public void drop() {
			Servers.execute(server(), "drop database " + name() + " with (force)");
		}

		void forgetStatements() {
			Servers.execute(server(), "create extension if not exists pg_stat_statements",
					"select pg_stat_statements_reset()");
		}

		/**
		 * Return the statements that were executed since they were forgotten.
		 */
		List<String> calls() {
			List<String> calls = new ArrayList<>();
			try (Connection connection = DriverManager.getConnection(server());
					Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("""
							select query, calls from pg_stat_statements s join pg_database d on d.oid = s.dbid
							where d.datname = '%s'""".formatted(name()))) {
				while (rows.next()) {
					calls.addAll(Collections.nCopies(rows.getInt(2), rows.getString(1)));
				}
				return calls;
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		static String version() {
			String url = Servers.postgreSql();
			try (Connection connection = DriverManager.getConnection(url)) {
				return connection.getMetaData().getDatabaseProductVersion() + ", driver "
						+ connection.getMetaData().getDriverVersion();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * A database of MongoDB.
	 *
	 * @param name its name
	 */
	record MongoDbSite(String name) implements Site {

		private static final boolean TRANSACTIONAL = MongoDb.can(MongoDb.Ability.TRANSACTIONS);

		@Override
		public List<String> arguments() {
			return List.of("--spring.mongodb.uri=" + MongoDb.uri(this.name), "--benchmark.database=" + this.name,
					"--benchmark.transactional=" + TRANSACTIONAL);
		}

		@Override
		public void drop() {
			MongoDb.client().getDatabase(this.name).drop();
		}

		static String version() {
			return MongoDb.description();
		}

	}

}
