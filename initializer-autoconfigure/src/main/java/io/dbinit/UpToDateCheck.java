package io.dbinit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.dbinit.Report.State;
import io.dbinit.lock.Retry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * The look at one database with which each start begins and most starts end. Apart from
 * {@link DatabaseRun}, so that those starts load no class of the work.
 */
final class UpToDateCheck {

	private static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(1);

	private final Database database;

	private final Plan plan;

	private final InitializerOptions.Wait options;

	private final OlderRelease olderRelease;

	private final Progress progress;

	private final InitializerListener listener;

	private boolean verifying;

	private boolean upToDate;

	private Marker marker = Marker.none("unknown", false);

	UpToDateCheck(Database database, Plan plan, InitializerOptions options, Progress progress,
			InitializerListener listener) {
		this.database = database;
		this.plan = plan;
		this.options = options.waiting();
		this.olderRelease = (options.mode() != Mode.RUN && plan.olderRelease() == OlderRelease.APPLY)
				? OlderRelease.KEEP : plan.olderRelease();
		this.progress = progress;
		this.listener = listener;
	}

	String name() {
		return this.database.name();
	}

	Database database() {
		return this.database;
	}

	Progress progress() {
		return this.progress;
	}

	/**
	 * Treat the database as one that cannot be written, so that it is verified and
	 * nothing else is done.
	 */
	void verifyOnly() {
		this.verifying = true;
	}

	boolean isVerifying() {
		return this.verifying;
	}

	/**
	 * Return the marker that was read last.
	 */
	Marker marker() {
		return this.marker;
	}

	/**
	 * Return whether there was nothing to do when the database was looked at last.
	 */
	boolean wasUpToDate() {
		return this.upToDate;
	}

	/**
	 * Wait until the database answers, and compare its marker with the plan.
	 * @return whether there is nothing to do
	 */
	boolean isUpToDate() {
		Retry retry = Retry.within(this.options.limit(), "waiting for '" + name() + "'");
		BackOffExecution pauses = null;
		while (true) {
			try {
				this.upToDate = looked(read(attempt(retry)));
				return this.upToDate;
			}
			catch (UnavailableException ex) {
				this.progress.waiting(State.WAITING, String.valueOf(ex.getMessage()));
				this.listener.waiting(this.progress.report());
				if (retry.isOver()) {
					throw new InitializationException(
							"Gave up after %s: %s".formatted(LoggingListener.text(this.options.limit()),
									ex.getMessage()),
							"Start the database, correct its address, or allow more time with 'db-init.wait.limit'. Nothing was changed.",
							ex);
				}
				pauses = (pauses != null) ? pauses : pauses();
				retry.pause(Duration.ofMillis(pauses.nextBackOff()));
			}
		}
	}

	private Marker read(Duration timeout) {
		return this.database.look(timeout, this.plan.application(), this.plan.ledgers(this.database));
	}

	/**
	 * Read the digests of the ledgers as the next start will.
	 * @return the marker
	 */
	Marker readLedgers() {
		return read(this.options.attempt());
	}

	/**
	 * Return how long one attempt may take: not beyond the limit of all, but always long
	 * enough for a database that is there.
	 */
	private Duration attempt(Retry retry) {
		Duration left = retry.remaining();
		Duration attempt = this.options.attempt();
		Duration shorter = (left.compareTo(attempt) < 0) ? left : attempt;
		return (shorter.compareTo(SHORTEST_ATTEMPT) < 0) ? SHORTEST_ATTEMPT : shorter;
	}

	private BackOffExecution pauses() {
		ExponentialBackOff backOff = new ExponentialBackOff(this.options.interval().toMillis(),
				this.options.multiplier());
		backOff.setMaxInterval(this.options.maxInterval().toMillis());
		backOff.setJitter(this.options.interval().toMillis() / 2);
		return backOff.start();
	}

	private boolean looked(Marker found) {
		Marker marker = found.takenOver(this.plan.steps(this.database));
		this.marker = this.verifying ? marker.asReadOnly() : marker;
		this.progress.looked(marker);
		if (this.verifying) {
			return false;
		}
		if (this.plan.isRestamped(marker.environment())) {
			return false;
		}
		reportOtherEnvironment(marker.environment());
		if (this.plan.isForced()) {
			requireWritable(marker);
			return false;
		}
		marker.partialRestore().ifPresent(this::refusePartialRestore);
		if (this.plan.isComplete(this.database, marker)) {
			if (this.plan.isPart(this.database)) {
				completePart(marker);
				return true;
			}
			this.progress.complete();
			for (Step step : this.plan.steps(this.database)) {
				step.remark(marker.steps().getOrDefault(step.name(), "")).ifPresent(this.progress::limitation);
			}
			return true;
		}
		return isLeftToNewerRelease(marker);
	}

	private void requireWritable(Marker marker) {
		if (marker.readOnly()) {
			throw new InitializationException("'%s' is read-only".formatted(name()),
					"Connect to a server that accepts writes. Nothing was changed.", null);
		}
	}

	private void refusePartialRestore(String backup) {
		throw new InitializationException(
				"'%s' holds a part of the backup '%s', whose restore was killed".formatted(name(), backup),
				"Restore it again with 'db-init restore %s --drop', or another backup. Nothing was changed."
					.formatted(backup),
				null);
	}

	private void completePart(Marker marker) {
		this.plan.steps(this.database)
			.stream()
			.filter(marker::isUpToDate)
			.forEach((step) -> this.progress.ended(step.name(), Report.Outcome.UP_TO_DATE, null));
		this.progress.ended();
	}

	private void reportOtherEnvironment(@Nullable String stamp) {
		String environment = this.plan.environment().name();
		if (stamp != null && !this.plan.environment().matches(stamp)) {
			this.plan.requireNoRestamp(name(), stamp);
			this.progress.limitation(
					"It holds the data of the environment '%s', and this start's is '%s'. If it is a copy, start once with 'db-init.restamp-from=%1$s'"
						.formatted(stamp, environment));
		}
	}

	/**
	 * Record that the database was stamped anew.
	 */
	void stamped() {
		this.marker = this.marker.stamped(this.plan.environment().name());
	}

	/**
	 * Return whether a newer release has worked on the database, so that this one leaves
	 * it alone.
	 */
	private boolean isLeftToNewerRelease(Marker marker) {
		if (this.olderRelease == OlderRelease.APPLY) {
			return false;
		}
		Optional<String> newer = newerRelease(marker);
		if (newer.isEmpty()) {
			return false;
		}
		if (this.olderRelease == OlderRelease.FAIL) {
			throw new InitializationException("'%s' %s".formatted(name(), newer.get()),
					"Start the newer release, or set 'db-init.older-release' to 'keep' or, to go back on purpose, to 'apply'. Nothing was changed.",
					null);
		}
		List<Step> steps = this.plan.steps(this.database);
		this.progress.kept(steps.stream().filter(marker::isUpToDate).map(Step::name).collect(Collectors.toSet()),
				"It " + newer.get() + (marker.complete() ? ". Its definitions are left as they are"
						: ". Its definitions are left as they are, though the last run of the newer one has not completed"));
		return true;
	}

	/**
	 * Return how a newer release is known to have worked on the database: by the releases
	 * where they tell, otherwise by the order in which their plans were attempted.
	 */
	private Optional<String> newerRelease(Marker marker) {
		Release release = this.plan.release();
		if (release.isOlderThan(marker.release())) {
			return Optional.of("is at release %s since %s; this is the older release %s".formatted(marker.release(),
					marker.releaseSince(), release));
		}
		if (marker.createdAt() == null || release.isComparableTo(marker.release())) {
			return Optional.empty();
		}
		PlanHistory history = new PlanHistory(this.plan.steps(this.database),
				this.database.plans(this.plan.application()));
		return history.superseded()
			.map((superseded) -> "has a newer plan since %s; that of this release was attempted at %s and is older"
				.formatted(history.newest().map(PlanRecord::seenAt).orElseThrow(), superseded.seenAt()));
	}

}
