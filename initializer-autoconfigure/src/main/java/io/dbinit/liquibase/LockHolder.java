package io.dbinit.liquibase;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A holder of Liquibase's lock that is not an initializer. Liquibase writes it to the
 * lock table as {@code <host> (<address>)}. It is certainly gone if
 * <ol>
 * <li>only initializers are connected, or</li>
 * <li>the server reports the address of this client correctly, so that there is no proxy
 * in between, and no session has the holder's address. On this host, only sessions older
 * than this process count, unless the lock was set after this process began.</li>
 * </ol>
 * A server that does not report addresses or start times leaves the holder in doubt.
 *
 * @param name the holder as written in the lock table
 * @param since when the lock was set, by the holder's or the database's clock
 */
record LockHolder(String name, @Nullable Date since) {

	private static final Pattern ADDRESS = Pattern.compile("\\(([^()]+)\\)\\s*$");

	private static final String LOCAL = "this host";

	/**
	 * Return whether the holder is certainly gone.
	 * @param connection a connection to the database
	 * @return whether its lock can be cleared
	 * @throws SQLException if the connection is broken
	 */
	boolean isGone(Connection connection) throws SQLException {
		Optional<Product> product = Product.of(connection.getMetaData().getDatabaseProductName());
		return product.isPresent() && isGone(connection, product.get());
	}

	private boolean isGone(Connection connection, Product product) throws SQLException {
		List<Session> others = new ArrayList<>();
		Session own = null;
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(product.sql)) {
			while (rows.next()) {
				Session session = Session.read(rows);
				if (rows.getBoolean("own")) {
					own = session;
				}
				else {
					others.add(session);
				}
			}
		}
		return own != null && isGone(own, others);
	}

	boolean isGone(Session own, List<Session> sessions) {
		List<Session> others = sessions.stream().filter((session) -> !session.isInitializer()).toList();
		String address = address();
		if (others.isEmpty()) {
			return true;
		}
		if (address == null || !LOCAL.equals(own.host()) || others.stream().anyMatch((other) -> other.host() == null)) {
			return false;
		}
		boolean before = LOCAL.equals(address) && this.since != null && this.since.getTime() < startOfThisProcess();
		return others.stream()
			.filter((other) -> address.equals(other.host()))
			.allMatch((other) -> before && other.isYoungerThanThisProcess());
	}

	private @Nullable String address() {
		Matcher matcher = ADDRESS.matcher(this.name);
		return matcher.find() ? host(matcher.group(1)) : null;
	}

	private static long startOfThisProcess() {
		return ManagementFactory.getRuntimeMXBean().getStartTime();
	}

	/**
	 * Return the host of an address, the same for all addresses of this one.
	 */
	private static @Nullable String host(@Nullable String address) {
		// Names would have to be looked up, which may take long
		if (address == null || !address.matches("[0-9a-fA-F.:]+|localhost")) {
			return null;
		}
		try {
			InetAddress inet = InetAddress.getByName(address);
			boolean local = inet.isLoopbackAddress() || NetworkInterface.getByInetAddress(inet) != null;
			return local ? LOCAL : inet.getHostAddress();
		}
		catch (UnknownHostException | SocketException ex) {
			return null;
		}
	}

	/**
	 * A session as the server shows it.
	 *
	 * @param address the client's address, {@code null} if it is not shown
	 * @param seconds how long ago it began, {@code null} if it is not shown
	 * @param application the client's name, empty if it is not shown
	 */
	record Session(@Nullable String address, @Nullable Double seconds, String application) {

		private static final double SLACK = 0.2;

		static Session read(ResultSet row) throws SQLException {
			double seconds = row.getDouble("seconds");
			Double age = row.wasNull() ? null : seconds;
			return new Session(row.getString("address"), age,
					Optional.ofNullable(row.getString("application")).orElse(""));
		}

		@Nullable String host() {
			return LockHolder.host(this.address);
		}

		boolean isInitializer() {
			return this.application.toLowerCase(Locale.ROOT).startsWith("db-init");
		}

		boolean isYoungerThanThisProcess() {
			double uptime = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
			return this.seconds != null && this.seconds < uptime - SLACK;
		}

	}

	/**
	 * How a product shows the sessions of a database.
	 */
	private enum Product {

		/** Those of other users are shown without address and start. */
		POSTGRESQL("""
				select host(client_addr) as address, extract(epoch from clock_timestamp() - backend_start) as seconds,
					application_name as application, pid = pg_backend_pid() as own
				from pg_stat_activity
				where datname = current_database() and (backend_type is null or backend_type = 'client backend')"""),

		/** Those of other users are shown only with the right PROCESS. */
		MYSQL("""
				select substring_index(host, ':', 1) as address, null as seconds, null as application,
					id = connection_id() as own
				from information_schema.processlist
				where (db = database() or db is null) and user not in ('system user', 'event_scheduler')
				union all
				select null, null, null, false from dual
				where not exists (select 1 from information_schema.user_privileges where privilege_type = 'PROCESS')"""),

		/** An embedded database is open in one process only. Addresses end in a port. */
		H2("""
				select regexp_replace(coalesce(client_addr, '127.0.0.1'), '^\\[|\\]?:[0-9]+$', '') as address,
					datediff(millisecond, session_start, current_timestamp) / 1000.0 as seconds, null as application,
					session_id = session_id() as own
				from information_schema.sessions""");

		private final String sql;

		Product(String sql) {
			this.sql = sql;
		}

		static Optional<Product> of(String name) {
			return switch (name) {
				case "PostgreSQL" -> Optional.of(POSTGRESQL);
				case "MySQL", "MariaDB" -> Optional.of(MYSQL);
				case "H2" -> Optional.of(H2);
				default -> Optional.empty();
			};
		}

	}

}
