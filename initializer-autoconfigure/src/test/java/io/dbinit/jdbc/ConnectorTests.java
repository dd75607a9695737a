package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.dbinit.InitializationException;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Connector}: a connection of the starter is like one of the pool.
 */
@RequiresServer
class ConnectorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final List<AutoCloseable> opened = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mariadb:", "jdbc:mysql:" })
	void usesCatalogOfPool(String driver) throws SQLException {
		String other = Servers.mariaDb();
		String catalog = other.replaceAll(".*/(\\w+)\\?.*", "$1");
		HikariDataSource pool = pool(Servers.mariaDb().replace("jdbc:mariadb:", driver),
				(hikari) -> hikari.setCatalog(catalog));
		assertThat(open(new Connector(pool)).getCatalog()).isEqualTo(catalog);
		try (Connection connection = open(new Connector(pool))) {
			Tables.create(connection, Dialect.of(connection));
		}
		assertThat(new JdbcTemplate(new DriverManagerDataSource(other)).queryForList("show tables like 'db_init_lock'"))
			.hasSize(1);
	}

	@Test
	void initializesConnectionAsPoolDoes() throws SQLException {
		String url = Servers.postgreSql();
		String role = unique("role");
		String login = unique("login");
		Servers.execute(url, "create role " + role, "create role " + login + " login noinherit in role " + role,
				"create schema app authorization " + role);
		HikariDataSource pool = pool(url.replace("user=postgres", "user=" + login), (hikari) -> {
			hikari.setConnectionInitSql("set role " + role);
			hikari.setSchema("app");
		});
		Connector connector = new Connector(pool);
		try (Connection connection = open(connector)) {
			Tables.create(connection, Dialect.of(connection));
		}
		assertThat(new JdbcTemplate(new DriverManagerDataSource(url)).queryForList("""
				select distinct schemaname || ' ' || tableowner from pg_tables where tablename like 'db_init_%'""",
				String.class))
			.containsExactly("app " + role);
		assertThat(connector.limitation()).isEmpty();
	}

	@Test
	void usesWholeSearchPathOfPool() throws SQLException {
		String url = Servers.postgreSql();
		Servers.execute(url, "create schema app", "create schema lib");
		HikariDataSource pool = pool(url,
				(hikari) -> hikari.setConnectionInitSql("set search_path to app, lib, \"Other\""));
		assertThat(Sql.value(open(new Connector(pool)), "select array_to_string(current_schemas(false), ',')"))
			.hasValue("app,lib");
	}

	@ParameterizedTest
	@ValueSource(ints = { Connection.TRANSACTION_SERIALIZABLE, Connection.TRANSACTION_READ_COMMITTED })
	void usesTransactionIsolationOfPool(int isolation) throws SQLException {
		for (String url : List.of(Servers.postgreSql(), Servers.mariaDb(), Servers.h2())) {
			HikariDataSource pool = pool(url, (hikari) -> hikari.setTransactionIsolation(String.valueOf(isolation)));
			assertThat(open(new Connector(pool)).getTransactionIsolation()).isEqualTo(isolation);
		}
	}

	@Test
	void writesWherePoolDoesWhateverTheUrlSays() throws SQLException {
		String url = Servers.postgreSql() + "&readOnly=true";
		Connection connection = open(new Connector(pool(url, (hikari) -> {
		})));
		assertThat(connection.isReadOnly()).isFalse();
		Tables.create(connection, Dialect.of(connection));
		assertThat(open(new Connector(new DriverManagerDataSource(url))).isReadOnly()).isTrue();
		assertThat(open(new Connector(pool(Servers.postgreSql(), (hikari) -> hikari.setReadOnly(true)))).isReadOnly())
			.isTrue();
	}

	@Test
	void passesPropertiesOfPoolToDriver() throws SQLException {
		String url = Servers.postgreSql();
		HikariDataSource pool = pool(url, (hikari) -> hikari.addDataSourceProperty("options", "-c lock_timeout=4321"));
		Properties properties = new Properties();
		properties.setProperty("options", "-c lock_timeout=4321");
		DriverManagerDataSource plain = new DriverManagerDataSource(url);
		plain.setConnectionProperties(properties);
		for (DataSource dataSource : List.of(pool, plain)) {
			assertThat(Sql.value(open(new Connector(dataSource)), "show lock_timeout")).hasValue("4321ms");
		}
	}

	@Test
	void usesCatalogOfPlainDataSource() throws SQLException {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(Servers.mariaDb());
		dataSource.setCatalog("mysql");
		assertThat(open(new Connector(dataSource)).getCatalog()).isEqualTo("mysql");
	}

	@Test
	void borrowsFromDataSourceThatHidesItsUser() throws SQLException {
		String url = Servers.postgreSql();
		String role = unique("hidden");
		Servers.execute(url, "create role " + role);
		DataSource dataSource = new DelegatingDataSource(new DriverManagerDataSource(url)) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				Sql.execute(connection, "set role " + role);
				return connection;
			}

		};
		Connector connector = new Connector(dataSource);
		assertThat(Sql.value(open(connector), "select current_user")).hasValue(role);
		assertThat(Sql.value(open(connector), "select current_user")).hasValue(role);
		assertThat(connector.limitation()).hasValueSatisfying((text) -> assertThat(text).contains("'" + role + "'"));
	}

	@Test
	void leavesPoolOfOneConnectionAloneBehindProxies() throws SQLException {
		HikariDataSource pool = pool(Servers.postgreSql(), (hikari) -> hikari.setConnectionTimeout(1000));
		ProxyFactory factory = new ProxyFactory(pool);
		factory.setProxyTargetClass(false);
		factory.setInterfaces(DataSource.class);
		for (DataSource proxy : List.of(pool, new LazyConnectionDataSourceProxy(pool),
				new TransactionAwareDataSourceProxy(new LazyConnectionDataSourceProxy(pool)),
				(DataSource) factory.getProxy())) {
			Connector connector = new Connector(proxy);
			open(connector);
			try (Connection held = pool.getConnection()) {
				assertThat(held.isValid(1)).isTrue();
				assertThat(open(connector).isValid(1)).isTrue();
			}
			assertThat(connector.limitation()).isEmpty();
		}
	}

	@Test
	void poolOfOneConnectionThatTellsNoUrlIsRefused() {
		HikariConfig configuration = new HikariConfig();
		configuration.setDataSource(new DriverManagerDataSource(Servers.h2()));
		configuration.setMaximumPoolSize(1);
		HikariDataSource pool = new HikariDataSource(configuration);
		this.opened.add(pool);
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> open(new Connector(pool)))
			.withMessageContaining("The pool has 1 connection");
	}

	@Test
	void opensConnectionsAsAnotherUser() throws SQLException {
		String url = Servers.postgreSql();
		String user = unique("mig");
		Servers.execute(url, "create role " + user + " login", "create schema app",
				"grant usage on schema app to " + user, "create schema " + user + " authorization " + user);
		HikariDataSource pool = pool(url + "&currentSchema=app", (hikari) -> {
		});
		Connector connector = new Connector(pool, new Login(null, user, "any"));
		Connection connection = open(connector);
		assertThat(Sql.value(connection, "select current_user")).hasValue(user);
		assertThat(connection.getSchema()).isEqualTo("app");
		assertThat(connector.applicationUser()).isEqualTo("postgres");
		assertThat(connector.limitation()).isEmpty();
	}

	private Connection open(Connector connector) throws SQLException {
		Connection connection = connector.open("db-init:test", TIMEOUT, new ArrayList<>());
		this.opened.add(connection);
		return connection;
	}

	private HikariDataSource pool(String url, Consumer<HikariConfig> customizer) {
		HikariConfig configuration = new HikariConfig();
		configuration.setJdbcUrl(url);
		configuration.setMaximumPoolSize(1);
		customizer.accept(configuration);
		HikariDataSource pool = new HikariDataSource(configuration);
		this.opened.add(pool);
		return pool;
	}

	private static String unique(String prefix) {
		return prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
	}

}
