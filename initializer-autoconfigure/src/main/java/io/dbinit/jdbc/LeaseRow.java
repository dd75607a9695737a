package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Row of the lock table, with the other results of its query.
 *
 * @param owner the owner, {@code null} if the lease was released
 * @param token the newest token
 * @param since when the lease was given
 * @param expires when it ends
 * @param holds whether it holds by the database's clock
 * @param activity the current activity of its holder
 * @param session the working session of its holder, {@code null} if it does not count
 * @param holder the session that holds the session lock now
 * @param renewable whether the session that renews the lease is there, or not known
 * @param now the database's time when the row was read
 */
record LeaseRow(@Nullable String owner, long token, @Nullable Instant since, @Nullable Instant expires, boolean holds,
		@Nullable String activity, @Nullable String session, @Nullable String holder, boolean renewable,
		@Nullable Instant now) {

	/**
	 * Read the row.
	 * @return the row, or empty if there is none yet
	 */
	static Optional<LeaseRow> read(Connection connection, Dialect dialect) throws SQLException {
		return Sql
			.query(connection,
					"""
							select owner, token, acquired_at, expires_at, doing, session,
								case when owner is not null and expires_at > %1$s then 1 else 0 end as holds, %2$s as holder,
								case when %3$s then 0 else 1 end as renewable, %1$s as read_at
							from db_init_lock where id = 1"""
						.formatted(dialect.now(), dialect.sessionLockHolder(), dialect.isRenewerGone()),
					(row) -> new LeaseRow(row.getString("owner"), row.getLong("token"), Sql.instant(row, "acquired_at"),
							Sql.instant(row, "expires_at"), row.getInt("holds") == 1, row.getString("doing"),
							row.getString("session"), row.getString("holder"), row.getInt("renewable") == 1,
							Sql.instant(row, "read_at")))
			.stream()
			.findFirst();
	}

	/**
	 * Return whether an attempt whose answer was lost has won the lease.
	 */
	boolean isHeldBy(String candidate, @Nullable String work) {
		return this.holds && candidate.equals(this.owner) && Objects.equals(this.session, work);
	}

	boolean isAvailable(boolean reliable, Duration duration) {
		return !this.holds || reliable && this.session != null && (this.holder == null || isAbandoned(duration));
	}

	/**
	 * Return whether the holder seems to be dead, although its working session is alive:
	 * a server that does not look after its client goes on with a statement, but not with
	 * a session that is idle. One that only lost a connection has opened another one when
	 * it has to renew.
	 */
	private boolean isAbandoned(Duration duration) {
		return !this.renewable && this.expires != null && this.expires.minus(duration.dividedBy(2)).isBefore(this.now);
	}

	/**
	 * Write the next lease, on condition that this one is still the newest, was not given
	 * back meanwhile and does not hold. A look afterwards tells whether that succeeded,
	 * even if its answer was lost.
	 */
	void take(Connection connection, Dialect dialect, String candidate, Duration duration, @Nullable String work)
			throws SQLException {
		List<@Nullable Object> arguments = new ArrayList<>(
				Arrays.asList(candidate, duration.toMillis(), work, this.token));
		if (this.owner != null) {
			arguments.add(this.owner);
		}
		String dead = (work != null) ? dialect.isHolderDead() : "1 = 0";
		Sql.update(connection,
				"""
						update db_init_lock
						set owner = ?, token = token + 1, acquired_at = %1$s, expires_at = %2$s, doing = '', session = ?
						where id = 1 and token = ? and %4$s
							and (owner is null or expires_at <= %1$s or %3$s)""".formatted(dialect.now(),
						dialect.nowPlusMillis(), dead, (this.owner != null) ? "owner = ?" : "owner is null"),
				arguments.toArray());
	}

	Lease lease(@Nullable Lease predecessor) {
		Instant since = Objects.requireNonNullElse(this.since, Instant.EPOCH);
		return new Lease(Objects.requireNonNullElse(this.owner, "nobody"), this.token, since,
				Objects.requireNonNullElse(this.expires, since), Objects.requireNonNullElse(this.activity, ""),
				predecessor);
	}

}
