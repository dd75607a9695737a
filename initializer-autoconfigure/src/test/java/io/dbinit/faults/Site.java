package io.dbinit.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoDatabase;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.MongoDb.Ability;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TcpProxy;

/**
 * A database that a service makes complete.
 *
 * @param kind the kind of its server
 * @param url its URL, of JDBC or MongoDB, with credentials
 * @param direct the URL without a proxy, for the tests
 */
record Site(Kind kind, String url, String direct) {

	private static final Pattern ADDRESS = Pattern.compile("//((?:[^@/]*@)?)([^:/@]+):(\\d+)");

	static Site of(Kind kind, String url) {
		return new Site(kind, url, url);
	}

	/**
	 * Return the arguments of a service on this database.
	 */
	List<String> arguments() {
		List<String> arguments = new ArrayList<>(List.of("--db-init.environment=test", "--db-init.lock.lease=3s",
				"--db-init.lock.poll=200ms", "--db-init.wait.interval=200ms", "--db-init.wait.max-interval=1s",
				"--db-init.wait.attempt=2s", "--spring.main.banner-mode=off", "--spring.main.web-application-type=none",
				"--spring.main.register-shutdown-hook=false", "--logging.level.root=info"));
		if (this.kind == Kind.MONGODB) {
			arguments.add("--spring.mongodb.uri=" + this.url);
			arguments.add("--db-init.mongock.packages=" + FaultService.units(MongoDb.can(Ability.TRANSACTIONS)));
			arguments.add("--spring.config.location=classpath:io/dbinit/faults/mongodb.yaml");
		}
		else {
			arguments.add("--spring.datasource.url=" + this.url);
			arguments.add("--spring.config.location=classpath:io/dbinit/faults/jdbc.yaml");
		}
		return arguments;
	}

	/**
	 * Return this database behind a proxy.
	 */
	Site behind(TcpProxy proxy) {
		String behind = ADDRESS.matcher(this.url).replaceFirst("//$1localhost:" + proxy.port());
		if (!this.kind.isSql() && !behind.contains("directConnection")) {
			// Otherwise the driver learns the server's own address, and goes around the
			// proxy
			behind += (behind.contains("?") ? "&" : "?") + "directConnection=true";
		}
		return new Site(this.kind, behind, this.direct);
	}

	/**
	 * Return this database for a user whose password is "app".
	 */
	Site as(String user) {
		String without = this.url.replaceAll("[&?](user|password)=[^&]*", "");
		return new Site(this.kind, without + "?user=%s&password=app".formatted(user), this.direct);
	}

	TcpProxy proxy() {
		Matcher address = ADDRESS.matcher(this.direct);
		if (!address.find()) {
			throw new IllegalStateException("No address in " + this.direct);
		}
		return new TcpProxy(address.group(2), Integer.parseInt(address.group(3)));
	}

	Snapshot snapshot() {
		if (this.kind != Kind.MONGODB) {
			return Snapshot.of(this.direct);
		}
		return Snapshot.of(database());
	}

	MongoDatabase database() {
		return MongoDb.client().getDatabase(new ConnectionString(this.direct).getDatabase());
	}

	/**
	 * Remove the database, of which there are hundreds in a full run.
	 */
	void drop() {
		if (this.kind.isSql() && !this.kind.isH2() && !this.direct.contains("/test_")) {
			// Goes with its server
			return;
		}
		switch (this.kind) {
			case POSTGRESQL -> Servers.execute(this.direct.replaceFirst("/test_\\w+", "/postgres"),
					"drop database if exists " + name() + " with (force)");
			case MARIADB -> execute("drop database " + name());
			case H2, H2_SERVER -> execute("drop all objects delete files");
			case MONGODB -> MongoDb.drop(database());
			default -> throw new IllegalStateException(this.kind.title());
		}
	}

	/**
	 * Return the name of the database, other than of H2.
	 */
	String name() {
		return this.direct.replaceFirst(".*/(test_\\w+).*", "$1");
	}

	void execute(String... statements) {
		Servers.execute(this.direct, statements);
	}

	/**
	 * Return the first column of the result.
	 */
	List<String> query(String sql) {
		try (Connection connection = DriverManager.getConnection(this.direct);
				Statement statement = connection.createStatement();
				ResultSet results = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (results.next()) {
				values.add(results.getString(1));
			}
			return values;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
