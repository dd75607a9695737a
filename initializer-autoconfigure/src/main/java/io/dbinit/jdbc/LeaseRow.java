package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The lock table's row, and what else was read with it.
 *
 * @param owner the owner, {@code null} if the lease was released
 * @param token the newest token
 * @param since when the lease was given
 * @param expires when it ends
 * @param holds whether it holds by the database's clock
 * @param doing what its holder is doing
 * @param session the working session of its holder, {@code null} if it does not count
 * @param holder the session that holds the session lock now
 */
record LeaseRow(@Nullable String owner, long token, @Nullable Instant since, @Nullable Instant expires, boolean holds,
		@Nullable String doing, @Nullable String session, @Nullable String holder) {

	/**
	 * Read the row.
	 * @return the row, or empty if there is none yet
	 */
	static Optional<LeaseRow> read(Connection connection, Product product) throws SQLException {
		return Sql
			.query(connection, """
					select owner, token, acquired_at, expires_at, doing, session,
						case when owner is not null and expires_at > %s then 1 else 0 end as holds, %s as holder
					from db_init_lock where id = 1""".formatted(product.now(), product.sessions().holder()),
					(row) -> new LeaseRow(row.getString("owner"), row.getLong("token"), Sql.instant(row, "acquired_at"),
							Sql.instant(row, "expires_at"), row.getInt("holds") == 1, row.getString("doing"),
							row.getString("session"), row.getString("holder")))
			.stream()
			.findFirst();
	}

	/**
	 * Return whether an attempt whose answer was lost has won the lease.
	 */
	boolean isHeldBy(String candidate, @Nullable String work) {
		return this.holds && candidate.equals(this.owner) && Objects.equals(this.session, work);
	}

	boolean isToBeHad(boolean reliable) {
		return !this.holds || reliable && this.session != null && this.holder == null;
	}

	/**
	 * Write the next lease, on condition that this one is still the newest, was not given
	 * back meanwhile and does not hold. A look afterwards tells whether that succeeded,
	 * even if its answer was lost.
	 */
	void take(Connection connection, Product product, String candidate, Duration duration, @Nullable String work)
			throws SQLException {
		String dead = (work != null) ? product.sessions().isHolderDead() : "1 = 0";
		Sql.update(connection,
				"""
						update db_init_lock
						set owner = ?, token = token + 1, acquired_at = %1$s, expires_at = %2$s, doing = '', session = ?
						where id = 1 and token = ? and coalesce(owner, '') = ?
							and (owner is null or expires_at <= %1$s or %3$s)""".formatted(product.now(),
						product.nowPlusMillis(), dead),
				candidate, duration.toMillis(), work, this.token, Objects.requireNonNullElse(this.owner, ""));
	}

	Lease lease(@Nullable Lease predecessor) {
		Instant since = Objects.requireNonNullElse(this.since, Instant.EPOCH);
		return new Lease(Objects.requireNonNullElse(this.owner, "nobody"), this.token, since,
				Objects.requireNonNullElse(this.expires, since), Objects.requireNonNullElse(this.doing, ""),
				predecessor);
	}

}
