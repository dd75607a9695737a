package io.dbinit.jdbc;

import java.net.Socket;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

/**
 * Opens connections of our own with the settings of the application's data source, never
 * out of its pool: a pool may be exhausted, and decides by itself when a connection ends.
 */
final class Connector {

	private static final boolean HIKARI_PRESENT = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			Connector.class.getClassLoader());

	private final DataSource dataSource;

	private final @Nullable SimpleDriverDataSource own;

	private @Nullable String schema;

	Connector(DataSource dataSource) {
		this.dataSource = dataSource;
		this.own = derive(dataSource);
	}

	private static @Nullable SimpleDriverDataSource derive(DataSource dataSource) {
		try {
			SimpleDriverDataSource own = DataSourceBuilder.derivedFrom(dataSource)
				.type(SimpleDriverDataSource.class)
				.build();
			return (own.getUrl() != null) ? own : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return what cannot be had with this data source.
	 * @return the limitation, or empty if there is none
	 */
	Optional<String> limitation() {
		return (this.own != null) ? Optional.empty() : Optional.of("""
				'%s' does not tell its URL: the lock and the steps borrow two connections from it for the \
				length of a run, without keepalive settings""".formatted(this.dataSource.getClass().getName()));
	}

	/**
	 * Open a connection.
	 * @param tag names the connection for the server's administrator
	 * @param timeout how long it may take
	 * @param sockets where to add its sockets, as far as they are known
	 * @return the connection, which commits each statement
	 * @throws SQLException if the database cannot be reached
	 */
	Connection open(String tag, Duration timeout, List<Socket> sockets) throws SQLException {
		Connection connection = (this.own != null) ? open(this.own, tag, timeout, sockets)
				: this.dataSource.getConnection();
		try {
			connection.setAutoCommit(true);
			useSchemaOfPool(connection);
			return connection;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * See whether a connection can be opened, if that is possible without the pool.
	 * @param timeout how long it may take
	 * @throws SQLException if the database cannot be reached
	 */
	void probe(Duration timeout) throws SQLException {
		if (this.own != null) {
			open(this.own, Dialect.TAG + "probe", timeout, new ArrayList<>()).close();
		}
	}

	private Connection open(SimpleDriverDataSource own, String tag, Duration timeout, List<Socket> sockets)
			throws SQLException {
		Driver driver = Objects.requireNonNull(own.getDriver());
		Properties properties = properties(driver, String.valueOf(own.getUrl()), tag, timeout);
		if (HIKARI_PRESENT) {
			Hikari.addProperties(this.dataSource, properties);
		}
		SimpleDriverDataSource configured = new SimpleDriverDataSource(driver, String.valueOf(own.getUrl()),
				properties);
		configured.setUsername(own.getUsername());
		configured.setPassword(own.getPassword());
		OwnSocketFactory.collect(sockets);
		try {
			return configured.getConnection();
		}
		finally {
			OwnSocketFactory.collect(null);
		}
	}

	private static Properties properties(Driver driver, String url, String tag, Duration timeout) {
		Optional<Dialect> dialect = Dialect.of(url);
		Properties properties = dialect.map((known) -> known.connectionProperties(tag, timeout))
			.orElseGet(Properties::new);
		String factory = OwnSocketFactory.class.getName();
		if (dialect.filter(Dialect::hasSocketFactory).isPresent()
				&& ClassUtils.isPresent(factory, driver.getClass().getClassLoader())) {
			properties.setProperty("socketFactory", factory);
		}
		return properties;
	}

	/**
	 * A pool may be told to use another schema than the URL or the user does.
	 */
	private void useSchemaOfPool(Connection connection) throws SQLException {
		if (this.own == null) {
			return;
		}
		String schema = connection.getSchema();
		String wanted = schemaOfPool();
		if (wanted != null && !wanted.equals(schema)) {
			connection.setSchema(wanted);
		}
	}

	private @Nullable String schemaOfPool() throws SQLException {
		if (this.schema == null) {
			try (Connection pooled = this.dataSource.getConnection()) {
				this.schema = pooled.getSchema();
			}
		}
		return this.schema;
	}

	/**
	 * HikariCP hands these to the driver.
	 */
	private static final class Hikari {

		static void addProperties(DataSource dataSource, Properties properties) {
			HikariDataSource hikari = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (hikari != null) {
				properties.putAll(hikari.getDataSourceProperties());
			}
		}

	}

}
