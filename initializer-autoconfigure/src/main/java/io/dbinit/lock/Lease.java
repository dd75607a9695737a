package io.dbinit.lock;

import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A claim on a database that ends by itself, as the database recorded it.
 *
 * @param owner identifies one holder: host, process and a random part
 * @param token grows with every lease that a database gives; a write that carries an
 * older token than the database's is refused (a <a href=
 * "https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">fencing
 * token</a>)
 * @param since when the lease was given, by the database's clock
 * @param expires when it ends unless renewed, by the database's clock
 * @param activity the current activity of its holder, empty if it published none
 * @param predecessor the lease that this one replaced although it had not been released,
 * or {@code null}
 */
public record Lease(String owner, long token, Instant since, Instant expires, String activity,
		@Nullable Lease predecessor) {

	/**
	 * Return the lease of a holder that died, from which this one was taken over.
	 * @return the predecessor, or empty if the lock was free
	 */
	public Optional<Lease> takenOverFrom() {
		return Optional.ofNullable(this.predecessor);
	}

	@Override
	public String toString() {
		String activity = this.activity.isEmpty() ? "" : " at '" + this.activity + "'";
		return "'" + this.owner + "'" + activity + " since " + this.since + " (token " + this.token + ")";
	}

}
