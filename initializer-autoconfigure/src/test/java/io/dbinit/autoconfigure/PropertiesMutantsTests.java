package io.dbinit.autoconfigure;

import java.nio.file.Path;
import java.util.Optional;

import io.dbinit.InitializationException;
import io.dbinit.testing.Mutants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PropertiesValidator} with mutants of properties. One is accepted, or
 * its property is named.
 */
class PropertiesMutantsTests {

	private static final String PROPERTIES = """
			db-init.enabled=true
			db-init.environment=production
			db-init.run-at=application-runner
			db-init.on-failure=fail
			db-init.lock.lease=20s
			db-init.lock.poll=500ms
			db-init.wait.limit=5m
			db-init.wait.multiplier=1.5
			db-init.seeds.enabled=true
			db-init.seeds.locations=classpath:db-init/seeds/, file:seeds/
			db-init.jdbc.verify.tables[0]=orders
			db-init.mongodb.on-index-conflict=fail
			db-init.databases.orders.data-source=orders
			db-init.databases.orders.seeds.locations[0]=classpath:orders/
			""";

	private static final String YAML = """
			db-init:
			  enabled: true
			  development-environments: [ dev, local ]
			  lock: { lease: 20s, poll: 500ms, wait: 10m }
			  wait:
			    limit: 5m
			    interval: 200ms
			  seeds:
			    locations:
			    - classpath:db-init/seeds/
			  mongock.packages: com.example
			  databases:
			    orders: { data-source: orders, verify-tables: [ a, b ] }
			    events:
			      mongo-client: events
			      mongo-database: events
			""";

	@TempDir
	private Path folder;

	@Test
	void acceptsOrNamesMutantsOfProperties() {
		int accepted = new Mutants(PROPERTIES).read(500, "application.properties",
				(mutant) -> validate("application.properties", mutant));
		assertThat(accepted).isBetween(1, 500);
	}

	@Test
	void acceptsOrNamesMutantsOfYaml() {
		int accepted = new Mutants(YAML).read(500, "application.yml", (mutant) -> validate("application.yml", mutant));
		assertThat(accepted).isBetween(1, 500);
	}

	/**
	 * The failure analysis of Spring Boot adds the origin of a value that is named.
	 */
	private void validate(String name, byte[] content) throws Exception {
		Optional<StandardEnvironment> environment = Mutants.environment(this.folder.resolve(name), content);
		if (environment.isEmpty()) {
			return;
		}
		try {
			new PropertiesValidator(environment.get()).validate();
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			// Dashes do not count in the names of properties
			assertThat(ex.getName().replace("-", "")).startsWith("dbinit.");
			assertThat(ex.getReason()).isNotBlank();
		}
		catch (InitializationException ex) {
			// Spring Boot does not know the line of an empty map or list
			if (!ex.getMessage().contains("from property source")) {
				throw ex;
			}
			assertThat(ex.getMessage()).startsWith("Unknown property 'db-init.").contains(name);
		}
	}

}
