package io.dbinit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.dbinit.Environment;
import io.dbinit.InitializerOptions;
import io.dbinit.Mode;
import io.dbinit.OlderRelease;
import io.dbinit.PlannedChange.Risk;
import io.dbinit.lock.LockOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of every start.
 */
@ConfigurationProperties("db-init")
public class DbInitProperties {

	/**
	 * Whether databases are made complete at start.
	 */
	private boolean enabled = true;

	/**
	 * When the work is done: before the first bean or lifecycle that needs the databases,
	 * at context refresh, or in an application runner.
	 */
	private RunAt runAt = RunAt.AUTO;

	/**
	 * Part of this process in making databases complete: to do the work, to wait until
	 * another process has done it, or to verify that it is done.
	 */
	private Mode mode = Mode.RUN;

	/**
	 * Reaction of the service to a database that could not be made complete.
	 */
	private OnFailure onFailure = OnFailure.FAIL;

	/**
	 * Name of the application under which databases keep its records. Applications that
	 * share a database need different names. Defaults to 'spring.application.name'.
	 */
	private @Nullable String application;

	/**
	 * Version of this release of the application, by which older releases are told from
	 * newer ones. Defaults to the time and version of the build.
	 */
	private @Nullable String release;

	/**
	 * Reaction of a release to a database on which a newer release has worked. Defaults
	 * to 'keep' under the rules of production, and to 'apply' elsewhere.
	 */
	private @Nullable OlderRelease olderRelease;

	/**
	 * Environment that is recorded in the databases if they are copies of those of
	 * another environment. They are stamped with this start's environment, once.
	 */
	private @Nullable String restampFrom;

	/**
	 * Confirmation that copies are stamped as databases of production. Needed in
	 * production only, and must be its name.
	 */
	private @Nullable String restampTo;

	/**
	 * Environment whose rules apply, like 'development'. The rules of production apply
	 * unless it is one of the development or test environments.
	 */
	private @Nullable String environment;

	/**
	 * Names of the development environments.
	 */
	private List<String> developmentEnvironments = Environment.DEVELOPMENT;

	/**
	 * Names of the test environments.
	 */
	private List<String> testEnvironments = Environment.TEST;

	/**
	 * Number of databases that are read or worked on at the same time.
	 */
	private int concurrency = InitializerOptions.CONCURRENCY;

	private final Early early = new Early();

	private final Plan plan = new Plan();

	private final Wait wait = new Wait();

	private final Lock lock = new Lock();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public RunAt getRunAt() {
		return this.runAt;
	}

	public void setRunAt(RunAt runAt) {
		this.runAt = runAt;
	}

	public Mode getMode() {
		return this.mode;
	}

	public void setMode(Mode mode) {
		this.mode = mode;
	}

	public OnFailure getOnFailure() {
		return this.onFailure;
	}

	public void setOnFailure(OnFailure onFailure) {
		this.onFailure = onFailure;
	}

	public @Nullable String getApplication() {
		return this.application;
	}

	public void setApplication(@Nullable String application) {
		this.application = application;
	}

	public @Nullable String getRelease() {
		return this.release;
	}

	public void setRelease(@Nullable String release) {
		this.release = release;
	}

	public @Nullable OlderRelease getOlderRelease() {
		return this.olderRelease;
	}

	public void setOlderRelease(@Nullable OlderRelease olderRelease) {
		this.olderRelease = olderRelease;
	}

	public @Nullable String getRestampFrom() {
		return this.restampFrom;
	}

	public void setRestampFrom(@Nullable String restampFrom) {
		this.restampFrom = restampFrom;
	}

	public @Nullable String getRestampTo() {
		return this.restampTo;
	}

	public void setRestampTo(@Nullable String restampTo) {
		this.restampTo = restampTo;
	}

	public @Nullable String getEnvironment() {
		return this.environment;
	}

	public void setEnvironment(@Nullable String environment) {
		this.environment = environment;
	}

	public List<String> getDevelopmentEnvironments() {
		return this.developmentEnvironments;
	}

	public void setDevelopmentEnvironments(List<String> developmentEnvironments) {
		this.developmentEnvironments = developmentEnvironments;
	}

	public List<String> getTestEnvironments() {
		return this.testEnvironments;
	}

	public void setTestEnvironments(List<String> testEnvironments) {
		this.testEnvironments = testEnvironments;
	}

	public int getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(int concurrency) {
		this.concurrency = concurrency;
	}

	Environment toEnvironment() {
		return Environment.of(this.environment, this.developmentEnvironments, this.testEnvironments);
	}

	/**
	 * Return the environment of the copies that are stamped anew.
	 * @return the environment, {@code null} if there are none
	 * @throws InvalidConfigurationPropertyValueException if copies would become databases
	 * of production without confirmation
	 */
	@Nullable String toRestampFrom() {
		Environment target = toEnvironment();
		if (this.restampTo != null && !target.matches(this.restampTo)) {
			throw new InvalidConfigurationPropertyValueException("db-init.restamp-to", this.restampTo,
					"must be the environment of this start, '%s'".formatted(target.name()));
		}
		if (this.restampFrom == null || this.restampFrom.isBlank()) {
			return null;
		}
		if (target.matches("production") && this.restampTo == null) {
			throw new InvalidConfigurationPropertyValueException("db-init.restamp-from", this.restampFrom,
					"makes databases of production of these copies: confirm it with 'db-init.restamp-to=production'");
		}
		return this.restampFrom;
	}

	public Early getEarly() {
		return this.early;
	}

	public Plan getPlan() {
		return this.plan;
	}

	public Wait getWait() {
		return this.wait;
	}

	public Lock getLock() {
		return this.lock;
	}

	/**
	 * Answers on the ports of the web server before it starts.
	 */
	public static class Early {

		/**
		 * Whether probes are answered while databases are made complete before the web
		 * server starts.
		 */
		private boolean enabled = true;

		/**
		 * How long the work takes before probes are answered.
		 */
		private Duration after = Duration.ofSeconds(1);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getAfter() {
			return this.after;
		}

		public void setAfter(Duration after) {
			this.after = after;
		}

	}

	/**
	 * When the work is done.
	 */
	public enum RunAt {

		/**
		 * Before the first bean that needs the databases is created, otherwise before the
		 * first lifecycle or scheduled task of the application starts, otherwise in an
		 * application runner.
		 */
		AUTO,

		/** In an application runner, before all others. */
		APPLICATION_RUNNER,

		/** While the context is refreshed, before the beans that need the schema. */
		CONTEXT_REFRESH

	}

	/**
	 * Reaction of the service to a database that could not be made complete.
	 */
	public enum OnFailure {

		/** The start fails. */
		FAIL,

		/** The service runs, and its health is down. */
		CONTINUE

	}

	/**
	 * How to wait for a database that does not answer yet.
	 */
	public static class Wait {

		/**
		 * Time to wait for a database in all.
		 */
		private Duration limit = Duration.ofMinutes(2);

		/**
		 * Time that one attempt may take.
		 */
		private Duration attempt = Duration.ofSeconds(10);

		/**
		 * Pause after the first attempt.
		 */
		private Duration interval = Duration.ofMillis(500);

		/**
		 * Longest pause between two attempts.
		 */
		private Duration maxInterval = Duration.ofSeconds(10);

		/**
		 * Factor by which each pause is longer than the one before.
		 */
		private double multiplier = 1.5;

		public Duration getLimit() {
			return this.limit;
		}

		public void setLimit(Duration limit) {
			this.limit = limit;
		}

		public Duration getAttempt() {
			return this.attempt;
		}

		public void setAttempt(Duration attempt) {
			this.attempt = attempt;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getMaxInterval() {
			return this.maxInterval;
		}

		public void setMaxInterval(Duration maxInterval) {
			this.maxInterval = maxInterval;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		InitializerOptions.Wait toOptions() {
			if (this.maxInterval.compareTo(this.interval) < 0) {
				throw new InvalidConfigurationPropertyValueException("db-init.wait.max-interval", this.maxInterval,
						"must not be less than 'db-init.wait.interval' (%d ms)".formatted(this.interval.toMillis()));
			}
			return new InitializerOptions.Wait(this.limit, this.attempt, this.interval, this.maxInterval,
					this.multiplier);
		}

	}

	/**
	 * How to hold and wait for the lock of a database.
	 */
	public static class Lock {

		/**
		 * Time after which the lock of a dead holder ends. It is renewed three times in
		 * that time.
		 */
		private Duration lease = Duration.ofSeconds(20);

		/**
		 * Time to wait for a lock that another process holds.
		 */
		private Duration wait = Duration.ofMinutes(10);

		/**
		 * Average pause between two looks at a lock that another process holds.
		 */
		private Duration poll = Duration.ofSeconds(1);

		public Duration getLease() {
			return this.lease;
		}

		public void setLease(Duration lease) {
			this.lease = lease;
		}

		public Duration getWait() {
			return this.wait;
		}

		public void setWait(Duration wait) {
			this.wait = wait;
		}

		public Duration getPoll() {
			return this.poll;
		}

		public void setPoll(Duration poll) {
			this.poll = poll;
		}

		LockOptions toOptions() {
			return new LockOptions(this.lease, this.wait, this.poll);
		}

	}

	/**
	 * The changes that a run makes.
	 */
	public static class Plan {

		/**
		 * Risks for which a run is refused before its first change.
		 */
		private Set<Risk> failOn = Set.of();

		public Set<Risk> getFailOn() {
			return this.failOn;
		}

		public void setFailOn(Set<Risk> failOn) {
			this.failOn = failOn;
		}

	}

}
