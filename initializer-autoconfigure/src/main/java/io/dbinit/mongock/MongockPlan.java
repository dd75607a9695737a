package io.dbinit.mongock;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.dbinit.Fingerprint;
import io.dbinit.InitializationException;
import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.definition.DatabasesProperties.NamedDatabase;
import io.dbinit.definition.MissingDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Adds the step to the plan, if there is anything for Mongock to do: the application's
 * own Mongock, or else the change units that are found. Databases beside the primary one
 * have those of the packages that are named for them.
 */
final class MongockPlan implements PlanCustomizer {

	private static final Log logger = LogFactory.getLog(MongockPlan.class);

	static final String DATABASE = "mongodb";

	private static final String DEFAULT_AUTHOR = "default_author";

	private static final String DRIVER = "io/mongock/driver/mongodb/sync/v4/driver/MongoSync4Driver.class";

	private final MongockProperties properties;

	private final ConfigurableListableBeanFactory beans;

	private final Environment environment;

	private final ResourceLoader resources;

	private final MongockAdoption adoption;

	private final Map<String, MongockProperties> named = new LinkedHashMap<>();

	MongockPlan(MongockProperties properties, DatabasesProperties databases, ConfigurableListableBeanFactory beans,
			Environment environment, ResourceLoader resources, MongockAdoption adoption) {
		this.properties = properties;
		this.beans = beans;
		this.environment = environment;
		this.resources = resources;
		this.adoption = adoption;
		databases.getDatabases()
			.forEach((name, database) -> this.named.put(name, properties(name, database, environment)));
	}

	/**
	 * All but the packages is as for the primary database, unless it is set.
	 */
	private static MongockProperties properties(String name, NamedDatabase database, Environment environment) {
		MongockProperties primary = Binder.get(environment).bindOrCreate("db-init.mongock", MongockProperties.class);
		primary.setPackages(List.of());
		MongockProperties properties = DatabasesProperties.of(name, "mongock", Bindable.ofInstance(primary),
				environment);
		properties.setPackages(Stream.concat(database.getMongockPackages().stream(), properties.getPackages().stream())
			.distinct()
			.toList());
		return properties;
	}

	@Override
	public void customize(Plan.Builder plan) {
		this.named.forEach((name, properties) -> {
			if (plan.database(name).isPresent() && properties.isEnabled() && !properties.getPackages().isEmpty()) {
				units(plan, name, properties.getPackages(), properties);
			}
		});
		List<String> runners = this.adoption.runners();
		List<String> manual = this.adoption.manual();
		if (plan.database(DATABASE).isEmpty()) {
			if (runners.isEmpty() && manual.isEmpty()) {
				requireNoUnits();
			}
			return;
		}
		if (!runners.isEmpty()) {
			plan.step(DATABASE, adopted(runners));
		}
		else if (!manual.isEmpty()) {
			logger.warn("The application runs Mongock itself, with the beans %s: it is left alone".formatted(manual));
			plan.step(DATABASE, new ManualStep(units(packages(), DEFAULT_AUTHOR), manual,
					this.properties.getChangeLogCollection()));
		}
		else {
			units(plan, DATABASE, packages(), this.properties);
		}
	}

	/**
	 * Change units that no database runs would be left out silently.
	 */
	private void requireNoUnits() {
		if (!this.environment.getProperty("db-init.mongodb.enabled", Boolean.class, true)) {
			return;
		}
		List<String> others = this.named.values().stream().flatMap((named) -> named.getPackages().stream()).toList();
		units(packages(), DEFAULT_AUTHOR).active()
			.stream()
			.map(ChangeUnitDefinition::className)
			.filter((unit) -> others.stream().noneMatch((other) -> unit.startsWith(other + ".")))
			.findFirst()
			.ifPresent((unit) -> {
				throw Objects
					.requireNonNull(MissingDatabase.of("Change unit '%s'".formatted(unit), DATABASE, this.beans));
			});
	}

	private void units(Plan.Builder plan, String database, List<String> packages, MongockProperties properties) {
		ChangeUnitScanner units = units(packages, DEFAULT_AUTHOR);
		if (!units.exist()) {
			return;
		}
		if (!this.resources.getResource("classpath:" + DRIVER).exists()) {
			throw new InitializationException(
					"There are change units, like '%s', but no Mongock to run them"
						.formatted(units.active().get(0).className()),
					"Add the dependencies 'io.mongock:mongock-standalone' and 'io.mongock:mongodb-sync-v4-driver', "
							+ "or set 'db-init.mongock.enabled' to 'false'.",
					null);
		}
		if (database.equals(DATABASE)) {
			this.named.forEach((name, other) -> other.getPackages()
				.forEach((packageName) -> requireApart(units, name, packageName)));
		}
		plan.step(database,
				new MongockStep(units, "", properties,
						(context) -> new ScannedMigration(units.active(), properties, this.beans, this.environment)
							.run(context),
						this.beans));
	}

	/**
	 * The packages of the application hold those of all its databases.
	 */
	private static void requireApart(ChangeUnitScanner units, String database, String packageName) {
		for (ChangeUnitDefinition unit : units.active()) {
			if ((unit.className() + ".").startsWith(packageName + ".")) {
				throw new InitializationException(
						"Change unit '%s' is for both '%s' and '%s'".formatted(unit.className(), DATABASE, database),
						"Name the packages of '%s' with 'db-init.mongock.packages'. Nothing was changed."
							.formatted(DATABASE),
						null);
			}
		}
	}

	private List<String> packages() {
		if (!this.properties.getPackages().isEmpty()) {
			return this.properties.getPackages();
		}
		return AutoConfigurationPackages.has(this.beans) ? AutoConfigurationPackages.get(this.beans) : List.of();
	}

	private ChangeUnitScanner units(List<String> packages, String defaultAuthor) {
		return new ChangeUnitScanner(packages, defaultAuthor, this.resources, this.environment);
	}

	private MongockStep adopted(List<String> runners) {
		Binder binder = Binder.get(this.environment);
		Map<String, Object> settings = new TreeMap<>(
				binder.bindOrCreate("mongock", Bindable.mapOf(String.class, Object.class)));
		binder.bind("mongock.migration-repository-name", String.class).ifBound(this.properties::setChangeLogCollection);
		binder.bind("mongock.lock-repository-name", String.class).ifBound(this.properties::setLockCollection);
		List<String> packages = binder.bind("mongock.migration-scan-package", Bindable.listOf(String.class))
			.orElseGet(this::packages);
		ChangeUnitScanner units = units(packages,
				this.environment.getProperty("mongock.default-author", DEFAULT_AUTHOR));
		this.adoption.adopt(runners);
		return new MongockStep(units, Fingerprint.of(Fingerprint.canonical(settings)), this.properties,
				new AdoptedMigration(runners, this.adoption, this.properties.getChangeLogCollection()), this.beans);
	}

}
