package io.dbinit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.dbinit.PlannedChange.Risk;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a start: the environment, the databases, and the steps of each. Building
 * one touches no database.
 */
public final class Plan {

	private final Environment environment;

	private final String application;

	private final Release release;

	private final OlderRelease olderRelease;

	private final @Nullable String restampFrom;

	private final Set<Risk> refused;

	private final Map<Database, List<Step>> steps;

	private boolean forced;

	private Plan(Builder builder, Map<Database, List<Step>> steps) {
		this.environment = builder.environment;
		this.application = builder.application;
		this.release = builder.release;
		this.olderRelease = (builder.olderRelease != null) ? builder.olderRelease
				: OlderRelease.byDefault(builder.environment);
		this.restampFrom = builder.restampFrom;
		this.refused = builder.refused;
		this.steps = steps;
	}

	private Plan(Plan whole, Map<Database, List<Step>> steps) {
		this.environment = whole.environment;
		this.application = whole.application;
		this.release = whole.release;
		this.olderRelease = whole.olderRelease;
		this.restampFrom = whole.restampFrom;
		this.refused = whole.refused;
		this.steps = steps;
	}

	/**
	 * Return a builder of a plan without databases.
	 * @param environment the environment whose rules apply
	 * @return the builder
	 */
	public static Builder builder(Environment environment) {
		return new Builder(environment);
	}

	/**
	 * Return the environment whose rules apply.
	 * @return the environment
	 */
	public Environment environment() {
		return this.environment;
	}

	/**
	 * Return the name of the application under which databases keep its records.
	 * @return the name, empty if the application has none
	 */
	public String application() {
		return this.application;
	}

	/**
	 * Return the release of the application.
	 * @return the release
	 */
	public Release release() {
		return this.release;
	}

	OlderRelease olderRelease() {
		return this.olderRelease;
	}

	/**
	 * Return the risks for which a run is refused before its first change.
	 */
	Set<Risk> refused() {
		return this.refused;
	}

	/**
	 * Return whether a database is stamped anew because it is a copy of another
	 * environment's.
	 * @param stamp the environment that is recorded in the database, if any
	 */
	boolean isRestamped(@Nullable String stamp) {
		return this.restampFrom != null && stamp != null && !this.environment.matches(stamp)
				&& Environment.of(this.restampFrom).matches(stamp);
	}

	/**
	 * Check that a database of another environment was not meant to be stamped anew.
	 * @param database the name of the database
	 * @param stamp the environment that is recorded in it
	 */
	void requireNoRestamp(String database, String stamp) {
		if (this.restampFrom != null) {
			throw new InitializationException(
					"'%s' holds the data of the environment '%s', not of '%s' as 'db-init.restamp-from' says"
						.formatted(database, stamp, this.restampFrom),
					"Connect to the copy that is meant, or correct 'db-init.restamp-from'. Nothing was changed.", null);
		}
	}

	/**
	 * Return the databases, in the order of their names: the one in which they are
	 * locked.
	 * @return the databases
	 */
	public List<Database> databases() {
		return List.copyOf(this.steps.keySet());
	}

	/**
	 * Return the steps of a database, in the order in which they run.
	 * @param database a database of this plan
	 * @return the steps
	 */
	public List<Step> steps(Database database) {
		return this.steps.getOrDefault(database, List.of());
	}

	/**
	 * Return the ledgers of the tools that work on a database.
	 * @param database a database of this plan
	 * @return the ledgers
	 */
	List<Ledger> ledgers(Database database) {
		List<Ledger> ledgers = new ArrayList<>();
		for (Step step : steps(database)) {
			Optional<Ledger> ledger = step.ledger();
			if (ledger.isPresent()) {
				ledgers.add(ledger.get());
			}
		}
		return ledgers;
	}

	/**
	 * Return a part of this plan. Steps that are not part of it keep their records.
	 * @param selection returns the step to run in place of a step of a database, or
	 * {@code null} if the step is not part of it
	 * @return the part
	 */
	Plan select(BiFunction<String, Step, @Nullable Step> selection) {
		Map<Database, List<Step>> selected = new LinkedHashMap<>();
		this.steps.forEach((database, steps) -> selected.put(database, steps.stream().map((step) -> {
			Step part = selection.apply(database.name(), step);
			return (part != null) ? part : new KeptStep(step);
		}).toList()));
		return new Plan(this, selected);
	}

	/**
	 * Return whether a step of a database is not part of this plan.
	 */
	boolean isPart(Database database) {
		return this.forced || steps(database).stream().anyMatch((step) -> step instanceof KeptStep);
	}

	boolean isComplete(Database database, Marker marker) {
		Map<String, String> recorded = marker.steps();
		List<Step> steps = steps(database);
		if (this.forced) {
			return false;
		}
		if (isPart(database)) {
			return steps.stream()
				.allMatch((step) -> step instanceof KeptStep || step.runPolicy() == RunPolicy.WITH_OTHERS
						|| marker.isUpToDate(step));
		}
		if (!marker.complete()) {
			return false;
		}
		int records = 0;
		for (Step step : steps) {
			if (step.runPolicy() == RunPolicy.WITH_OTHERS) {
				continue;
			}
			records++;
			if (!marker.isUpToDate(step)) {
				return false;
			}
		}
		return recorded.size() == records;
	}

	/**
	 * Return a plan that does one step on one of the databases, in place of the steps of
	 * this plan, which keep their records.
	 * @param database the name of the database
	 * @param step the step, which is not recorded
	 * @return the plan
	 */
	Plan with(String database, Step step) {
		Map<Database, List<Step>> selected = new LinkedHashMap<>();
		this.steps.forEach((candidate, steps) -> {
			if (candidate.name().equals(database)) {
				selected.put(candidate,
						Stream.concat(Stream.of(step), steps.stream().<Step>map(KeptStep::new)).toList());
			}
		});
		Plan plan = new Plan(this, selected);
		plan.forced = true;
		return plan;
	}

	/**
	 * Return whether a run is wanted, whatever the records say.
	 */
	boolean isForced() {
		return this.forced;
	}

	/**
	 * Collects databases and steps.
	 */
	public static final class Builder {

		private static final int MAX_NAME = 190;

		private static final int MAX_ENVIRONMENT = 255;

		private static final int MAX_APPLICATION = 255;

		private final Map<String, Database> databases = new LinkedHashMap<>();

		private final Map<String, List<Step>> steps = new LinkedHashMap<>();

		private final Map<Class<?>, BiFunction<String, Object, Database>> factories = new LinkedHashMap<>();

		private final Environment environment;

		private String application = "";

		private Release release = Release.UNKNOWN;

		private @Nullable OlderRelease olderRelease;

		private @Nullable String restampFrom;

		private Set<Risk> refused = Set.of();

		private Builder(Environment environment) {
			Names.require("Environment", environment.name(), MAX_ENVIRONMENT);
			this.environment = environment;
		}

		/**
		 * Return the environment whose rules apply.
		 * @return the environment
		 */
		public Environment environment() {
			return this.environment;
		}

		/**
		 * Set the name of the application under which databases keep its records. Several
		 * applications can share a database if their names differ.
		 * @param name the name; empty, as by default, for an application without a name
		 * @return this builder
		 * @throws InitializationException if the name cannot be stored or printed
		 */
		public Builder application(String name) {
			if (!name.isEmpty()) {
				Names.require("Application", name, MAX_APPLICATION);
			}
			this.application = (name.length() > MAX_NAME)
					? name.substring(0, MAX_NAME - Fingerprint.of(name).length()) + Fingerprint.of(name) : name;
			return this;
		}

		/**
		 * Return the name of the application.
		 * @return the name, empty if it has none
		 */
		public String application() {
			return this.application;
		}

		/**
		 * Set the release of the application.
		 * @param release the release; by default nothing is known of it
		 * @return this builder
		 */
		public Builder release(Release release) {
			this.release = release;
			return this;
		}

		/**
		 * Set the reaction to a database on which a newer release has worked.
		 * @param olderRelease the reaction; {@code null} for that of the environment
		 * @return this builder
		 */
		public Builder olderRelease(@Nullable OlderRelease olderRelease) {
			this.olderRelease = olderRelease;
			return this;
		}

		/**
		 * Stamp databases anew that are copies of those of another environment.
		 * @param from the environment that is recorded in the copies; {@code null}, as by
		 * default, if none is stamped anew
		 * @return this builder
		 */
		public Builder restampFrom(@Nullable String from) {
			this.restampFrom = from;
			return this;
		}

		/**
		 * Refuse runs with changes of certain risks, before the first change.
		 * @param risks the risks; none, as by default, to refuse no run
		 * @return this builder
		 */
		public Builder refuse(Set<Risk> risks) {
			this.refused = Set.copyOf(risks);
			return this;
		}

		/**
		 * Add a database.
		 * @param database the database
		 * @return this builder
		 * @throws IllegalStateException if there is another one of its name
		 * @throws InitializationException if its name cannot be stored or printed
		 */
		public Builder database(Database database) {
			Names.require("Database", database.name(), MAX_NAME);
			if (this.databases.putIfAbsent(database.name(), database) != null) {
				throw new IllegalStateException("Two databases are named '" + database.name() + "'");
			}
			return this;
		}

		/**
		 * Return a database that was added.
		 * @param name the name of the database
		 * @return the database, or empty if none of that name was added
		 */
		public Optional<Database> database(String name) {
			return Optional.ofNullable(this.databases.get(name));
		}

		/**
		 * Return the database on which a client of the application works.
		 * @param client a data source or a MongoDB client
		 * @return the database, or empty if it is not in the plan
		 */
		public Optional<Database> databaseOf(Object client) {
			for (Database database : this.databases.values()) {
				if (database.isReachedThrough(client)) {
					return Optional.of(database);
				}
			}
			return Optional.empty();
		}

		/**
		 * Register how to create a database from a client of the application, for the
		 * features that find a client whose database is not in the plan.
		 * @param <C> the type of the client
		 * @param client the type of the client
		 * @param factory creates a database of a name
		 * @return this builder
		 */
		public <C> Builder databaseFactory(Class<C> client, BiFunction<String, C, Database> factory) {
			this.factories.put(client, (name, object) -> factory.apply(name, client.cast(object)));
			return this;
		}

		/**
		 * Add the database of a client.
		 * @param name the name of the database
		 * @param client the client
		 * @return the database
		 * @throws IllegalStateException if there is another one of its name, or no
		 * factory for such a client
		 */
		public Database addDatabase(String name, Object client) {
			for (Map.Entry<Class<?>, BiFunction<String, Object, Database>> factory : this.factories.entrySet()) {
				if (factory.getKey().isInstance(client)) {
					Database database = factory.getValue().apply(name, client);
					database(database);
					return database;
				}
			}
			throw new IllegalStateException("No database can be created from a " + client.getClass().getName());
		}

		/**
		 * Return the names of the databases that were added.
		 * @return the names, in the order in which they were added
		 */
		public List<String> databaseNames() {
			return List.copyOf(this.databases.keySet());
		}

		/**
		 * Add a step, which runs after those of its phase that were added before.
		 * @param database the name of the database
		 * @param step the step
		 * @return this builder
		 * @throws IllegalStateException if its database has another step of its name
		 * @throws InitializationException if its name cannot be stored or printed
		 */
		public Builder step(String database, Step step) {
			Names.require("Step", step.name(), MAX_NAME);
			this.steps.putIfAbsent(database, new ArrayList<>());
			List<Step> steps = this.steps.get(database);
			for (Step other : steps) {
				if (other.name().equals(step.name())) {
					throw new IllegalStateException("Two steps of '" + database + "' are named '" + step.name() + "'");
				}
			}
			steps.add(step);
			return this;
		}

		/**
		 * Return the steps of a database that were added.
		 * @param database the name of the database
		 * @return their names, in the order in which they were added
		 */
		public List<String> stepNames(String database) {
			return this.steps.getOrDefault(database, List.of()).stream().map(Step::name).toList();
		}

		/**
		 * Build the plan.
		 * @return the plan
		 * @throws IllegalStateException if a step names a database that is not there
		 */
		public Plan build() {
			for (Map.Entry<String, List<Step>> entry : this.steps.entrySet()) {
				if (!this.databases.containsKey(entry.getKey())) {
					throw new IllegalStateException("Step '%s' is for the database '%s', but there are only %s"
						.formatted(entry.getValue().get(0).name(), entry.getKey(), this.databases.keySet()));
				}
			}
			Map<Database, List<Step>> plan = new LinkedHashMap<>();
			for (Database database : new TreeMap<>(this.databases).values()) {
				plan.put(database, sorted(this.steps.getOrDefault(database.name(), List.of())));
			}
			return new Plan(this, plan);
		}

		private static List<Step> sorted(List<Step> steps) {
			List<Step> sorted = new ArrayList<>();
			for (Phase phase : Phase.values()) {
				for (Step step : steps) {
					if (step.phase() == phase) {
						sorted.add(step);
					}
				}
			}
			return List.copyOf(sorted);
		}

	}

}
