package io.dbinit.liquibase;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.dbinit.Environment;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.InMemoryDatabase;
import liquibase.integration.spring.SpringLiquibase;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * An application with a changelog in a directory, whose journal is in memory.
 */
final class Application extends InMemoryDatabase {

	final Path directory;

	final String url;

	final DataSource dataSource;

	Consumer<SpringLiquibase> customizer = (liquibase) -> {
	};

	LiquibaseStepProperties.InDoubt inDoubt = LiquibaseStepProperties.InDoubt.FAIL;

	String environment = "test";

	/** Asked before each entry in the journal, and may throw. */
	Consumer<String> journal = (entry) -> {
	};

	LiquibaseStep step;

	private Connection connection;

	Application(Path directory, String url) {
		super("jdbc");
		this.directory = directory;
		this.url = url;
		this.dataSource = new DriverManagerDataSource(url);
	}

	/**
	 * Write a file of the application's class path.
	 * @param name its name
	 * @param content its content
	 * @return this application
	 */
	Application file(String name, String content) {
		try {
			Path file = this.directory.resolve(name);
			Files.createDirectories(file.getParent());
			Files.writeString(file, content);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Write the changelog.
	 * @param content its content after the first line
	 * @return this application
	 */
	Application changeLog(String content) {
		return file("db/changelog.sql", "--liquibase formatted sql\n" + content);
	}

	Application yaml(String content) {
		return file("db/changelog.yaml", "databaseChangeLog:\n" + content.indent(2));
	}

	SpringLiquibase bean() {
		SpringLiquibase liquibase = new SpringLiquibase();
		liquibase.setChangeLog(Files.exists(this.directory.resolve("db/changelog.yaml")) ? "classpath:db/changelog.yaml"
				: "classpath:db/changelog.sql");
		liquibase.setDataSource(this.dataSource);
		liquibase.setBeanName("liquibase");
		this.customizer.accept(liquibase);
		return liquibase;
	}

	Report start() {
		return start(bean());
	}

	Report start(SpringLiquibase liquibase) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = loader()) {
			thread.setContextClassLoader(loader);
			this.step = step(liquibase, loader);
			Plan plan = Plan.builder(Environment.of(this.environment)).database(this).step("jdbc", this.step).build();
			return new Initializer(plan, options(), List.of(), Clock.systemUTC()).run();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			thread.setContextClassLoader(before);
			closeConnection();
		}
	}

	URLClassLoader loader() throws IOException {
		return new URLClassLoader(new URL[] { this.directory.toUri().toURL() }, getClass().getClassLoader());
	}

	LiquibaseStep step(SpringLiquibase liquibase, ClassLoader loader) {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("liquibase", liquibase);
		return new LiquibaseStep("liquibase", new LiquibaseBean("liquibase", beans, this.dataSource),
				new DefaultResourceLoader(loader), this.inDoubt, List.of());
	}

	private InitializerOptions options() {
		Duration second = Duration.ofSeconds(1);
		return new InitializerOptions("host", "application",
				new InitializerOptions.Wait(second, second, second, second, 1),
				new LockOptions(Duration.ofSeconds(30), second, Duration.ofMillis(50)));
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		try {
			if (this.connection == null || this.connection.isClosed()) {
				this.connection = DriverManager.getConnection(this.url);
			}
			return type.cast(this.connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void abort() {
		super.abort();
		closeConnection();
	}

	private void closeConnection() {
		try {
			if (this.connection != null) {
				this.connection.close();
				this.connection = null;
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Its ledgers never change but by its own runs.
	 */
	@Override
	public Marker look(Duration timeout, List<Ledger> ledgers) {
		Marker marker = look(timeout);
		return new Marker(marker.product(), marker.readOnly(), marker.createdAt(), marker.environment(),
				marker.complete(), marker.steps(), marker.versions(),
				ledgers.stream().collect(Collectors.toMap(Function.identity(), Ledger::name)));
	}

	@Override
	public void intend(String step, String change) {
		this.journal.accept("intend " + change);
		super.intend(step, change);
	}

	@Override
	public void conclude(String step, String change) {
		this.journal.accept("done " + change);
		super.conclude(step, change);
	}

	String read(String name) {
		try {
			return Files.readString(this.directory.resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<String> query(String sql) {
		try (Connection connection = DriverManager.getConnection(this.url);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static Report.StepReport step(Report report) {
		return report.databases().get(0).steps().get(0);
	}

}
