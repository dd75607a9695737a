package io.dbinit.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.dbinit.Initializer;
import io.dbinit.Report.State;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Comparison of the schema that an application of each technology sees with plain Spring
 * Boot and with the starter, on an empty database and with a migration pending.
 */
class TechnologyTests {

	private static final List<String> CHANGE_LOGS = List.of("customers.sql", "customers-and-orders.sql");

	@ParameterizedTest
	@EnumSource
	void seesTheSchemaThatItSeesWithPlainSpringBoot(Technology technology) {
		List<Map<String, Integer>> plain = seen(technology, false);
		List<Map<String, Integer>> starter = seen(technology, true);
		for (int i = 0; i < CHANGE_LOGS.size(); i++) {
			int tables = i + 1;
			assertThat(plain.get(i)).hasSize(technology.parts());
			assertThat(starter.get(i)).containsOnlyKeys(plain.get(i).keySet());
			assertThat(starter.get(i)).as(CHANGE_LOGS.get(i)).allSatisfy((part, seen) -> {
				assertThat(seen).as(part).isEqualTo(tables);
			});
			if (technology.isOrderedByPlainSpringBoot()) {
				assertThat(plain.get(i)).as("plain Spring Boot").isEqualTo(starter.get(i));
			}
		}
	}

	@Test
	void reactiveMongoDbSeesItsCollections() {
		MongoServer server = new MongoServer(new MemoryBackend());
		try {
			String uri = server.bindAndGetConnectionString() + "/comparison";
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Applications.ReactiveMongo.class)
				.web(WebApplicationType.NONE)
				.properties(
						"%s=org.springframework.boot.mongodb.,org.springframework.boot.data.mongodb."
							.formatted(TechnologyFilter.PROPERTY),
						"spring.mongodb.uri=" + uri, "db-init.mongodb.collections.orders.indexes[0].keys=number",
						"spring.liquibase.enabled=false")
				.run()) {
				assertThat(context.getBean("collections")).asInstanceOf(InstanceOfAssertFactories.LIST)
					.contains("orders");
				assertThat(context.getBean(Initializer.class).report().moment())
					.matches("bean '(reactiveM|m)ongoTemplate'");
			}
		}
		finally {
			server.shutdownNow();
		}
	}

	private static List<Map<String, Integer>> seen(Technology technology, boolean starter) {
		String database = UUID.randomUUID().toString();
		return CHANGE_LOGS.stream().map((changeLog) -> seen(technology, starter, database, changeLog)).toList();
	}

	private static Map<String, Integer> seen(Technology technology, boolean starter, String database,
			String changeLog) {
		String url = "jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1";
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(TechnologyFilter.PROPERTY, technology.autoConfigurations());
		properties.put("spring.datasource.url", url);
		properties.put("spring.datasource.username", "sa");
		properties.put("spring.liquibase.change-log", "classpath:io/dbinit/comparison/" + changeLog);
		properties.put("db-init.enabled", starter);
		properties.put("spring.main.banner-mode", "off");
		properties.put("spring.sql.init.mode", "never");
		Seen.begin(url);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(technology.application())
			.web(WebApplicationType.NONE)
			.properties(properties)
			.run(technology.arguments(database))) {
			Map<String, Integer> seen = Seen.await(technology.parts());
			if (starter) {
				assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.COMPLETE);
			}
			return seen;
		}
	}

}
