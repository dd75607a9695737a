package io.dbinit;

import java.util.stream.Collectors;

import io.dbinit.Report.State;
import io.dbinit.lock.Retry;

/**
 * Start of a process that leaves the work to others. It reads, and never writes, locks or
 * creates anything.
 */
final class Follower {

	private final Plan plan;

	private final InitializerOptions options;

	private final InitializerListener listener;

	Follower(Plan plan, InitializerOptions options, InitializerListener listener) {
		this.plan = plan;
		this.options = options;
		this.listener = listener;
	}

	/**
	 * Wait until a database is complete, if there is any waiting in this mode.
	 * @param check the check of the database
	 * @throws InitializationException if it is not complete
	 */
	void follow(UpToDateCheck check) {
		Retry retry = Retry.within(this.options.lock().waitLimit(),
				"waiting for others to complete '" + check.name() + "'");
		while (!check.isUpToDate()) {
			if (this.options.mode() == Mode.VERIFY) {
				throw new InitializationException("'%s' is not complete: %s".formatted(check.name(), pending(check)),
						"Let a process with 'db-init.mode=run' complete it. 'verify' changes nothing.", null);
			}
			if (retry.isOver()) {
				throw new InitializationException(
						"Gave up after %s, as '%s' is not complete: %s, %s".formatted(
								LoggingListener.text(retry.limit()), check.name(), pending(check), holder(check)),
						"Look after the process that completes it, with 'db-init.mode=run', or allow more time with 'db-init.lock.wait'. 'wait' changes nothing.",
						null);
			}
			check.progress().waiting(State.WAITING, "%s, %s".formatted(pending(check), holder(check)));
			this.listener.waiting(check.progress().report());
			retry.pause(this.options.lock().poll());
		}
	}

	private String pending(UpToDateCheck check) {
		String pending = this.plan.steps(check.database())
			.stream()
			.filter((step) -> !check.marker().isUpToDate(step))
			.map(Step::name)
			.collect(Collectors.joining("', '"));
		return pending.isEmpty() ? "the end of a run is pending" : "'" + pending + "' pending";
	}

	private static String holder(UpToDateCheck check) {
		return check.database()
			.holder()
			.map((lease) -> "the lock is held by " + lease)
			.orElse("no process is seen to hold the lock");
	}

}
