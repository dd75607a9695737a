package io.dbinit.flyway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import javax.sql.DataSource;

import io.dbinit.Ledger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A Flyway bean, by its name.
 */
class FlywayBean {

	private static final List<String> LEDGER_COLUMNS = List.of("version", "script", "checksum", "success");

	private final String name;

	private final ConfigurableApplicationContext context;

	FlywayBean(String name, ConfigurableApplicationContext context) {
		this.name = name;
		this.context = context;
	}

	final String name() {
		return this.name;
	}

	final ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * Return the bean, which is created if it does not exist yet.
	 */
	final Flyway get() {
		return this.context.getBean(this.name, Flyway.class);
	}

	/**
	 * Return the strategy that migrates, {@code null} for Flyway itself.
	 */
	@Nullable FlywayMigrationStrategy strategy() {
		return null;
	}

	/**
	 * Return the data source that the bean works on.
	 */
	@Nullable DataSource dataSource() {
		return get().getConfiguration().getDataSource();
	}

	/**
	 * Return the dependencies of the migrations. Creates the bean only if nothing else
	 * tells them.
	 */
	FlywayDependencies dependencies() {
		Configuration configuration = get().getConfiguration();
		Map<String, String> settings = new TreeMap<>();
		settings.put("table", configuration.getTable());
		settings.put("schemas", Arrays.toString(configuration.getSchemas()));
		settings.put("default-schema", String.valueOf(configuration.getDefaultSchema()));
		settings.put("target", String.valueOf(configuration.getTarget()));
		settings.put("placeholders", new TreeMap<>(configuration.getPlaceholders()).toString());
		settings.put("out-of-order", String.valueOf(configuration.isOutOfOrder()));
		settings.put("baseline", configuration.isBaselineOnMigrate() + " " + configuration.getBaselineVersion());
		List<String> locations = new ArrayList<>();
		Arrays.asList(configuration.getLocations()).forEach((location) -> locations.add(location.getDescriptor()));
		Map<String, Class<?>> beans = new LinkedHashMap<>();
		for (JavaMigration migration : configuration.getJavaMigrations()) {
			beans.put(migration.getClass().getName(), migration.getClass());
		}
		return new FlywayDependencies(settings, locations, beans);
	}

	/**
	 * Return the table in which migrations are recorded.
	 */
	Ledger ledger() {
		Configuration configuration = get().getConfiguration();
		String[] schemas = configuration.getSchemas();
		return ledger(configuration.getDefaultSchema(), (schemas.length > 0) ? schemas[0] : null,
				configuration.getTable());
	}

	static Ledger ledger(@Nullable String defaultSchema, @Nullable String firstSchema, String table) {
		return new Ledger((defaultSchema != null) ? defaultSchema : firstSchema, table, "installed_rank",
				LEDGER_COLUMNS, true);
	}

	/**
	 * The bean of Spring Boot, whose settings are known from its properties.
	 */
	static final class OfBoot extends FlywayBean {

		private static final List<String> LOGIN = List.of("user", "password", "url");

		private static final List<Class<?>> TYPES = List.of(Callback.class, JavaMigration.class,
				FlywayConfigurationCustomizer.class, FlywayMigrationStrategy.class);

		private final FlywayProperties properties;

		private final MigrationDataSource dataSource;

		OfBoot(String name, ConfigurableApplicationContext context, FlywayProperties properties,
				MigrationDataSource dataSource) {
			super(name, context);
			this.properties = properties;
			this.dataSource = dataSource;
		}

		@Override
		@Nullable FlywayMigrationStrategy strategy() {
			return context().getBeanProvider(FlywayMigrationStrategy.class).getIfAvailable();
		}

		@Override
		@Nullable DataSource dataSource() {
			return this.dataSource.known().orElseGet(super::dataSource);
		}

		@Override
		FlywayDependencies dependencies() {
			Map<String, String> settings = new TreeMap<>(Binder.get(context().getEnvironment())
				.bind("spring.flyway", Bindable.mapOf(String.class, String.class))
				.orElse(Map.of()));
			LOGIN.forEach(settings::remove);
			List<String> locations = new ArrayList<>(this.properties.getLocations());
			locations.addAll(this.properties.getCallbackLocations());
			Map<String, Class<?>> beans = new LinkedHashMap<>();
			for (Class<?> type : TYPES) {
				for (String bean : context().getBeanNamesForType(type, true, false)) {
					Class<?> actual = context().getType(bean, false);
					beans.put(bean, Objects.requireNonNullElse(actual, type));
				}
			}
			beans.values().removeIf((type) -> type.getName().startsWith("org.springframework.boot."));
			return new FlywayDependencies(settings, locations, beans);
		}

		@Override
		Ledger ledger() {
			return ledger(this.properties.getDefaultSchema(),
					Optional.ofNullable(this.properties.getSchemas())
						.filter((schemas) -> !schemas.isEmpty())
						.map((schemas) -> schemas.get(0))
						.orElse(null),
					this.properties.getTable());
		}

	}

}
