package io.dbinit.comparison;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The number of tables that the parts of an application see when each of them begins.
 */
final class Seen {

	private static final Map<String, Integer> parts = new ConcurrentHashMap<>();

	private static volatile String url = "";

	private Seen() {
	}

	static void begin(String url) {
		Seen.url = url;
		parts.clear();
	}

	/**
	 * Look at the database for the first time.
	 * @param part the part of the application
	 */
	static void now(String part) {
		parts.computeIfAbsent(part, (name) -> tables());
	}

	static void is(String part, int tables) {
		parts.putIfAbsent(part, tables);
	}

	static Map<String, Integer> await(int parts) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(Seen.parts).hasSize(parts));
		return Map.copyOf(Seen.parts);
	}

	private static int tables() {
		try (Connection connection = DriverManager.getConnection(url, "sa", "");
				Statement statement = connection.createStatement();
				ResultSet tables = statement.executeQuery(Applications.COUNT)) {
			tables.next();
			return tables.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
