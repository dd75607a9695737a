package io.dbinit.autoconfigure;

import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;
import io.dbinit.mongock.MongockStepAutoConfiguration;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.seed.SeedAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnknownPropertyFailureAnalyzer}.
 */
class UnknownPropertyFailureAnalyzerTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, LiquibaseAutoConfiguration.class,
				MongoAutoConfiguration.class, DbInitAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
				LiquibaseStepAutoConfiguration.class, MongoDbAutoConfiguration.class,
				MongockStepAutoConfiguration.class, SeedAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "db-init.jdbc.verify.table, tables", "db-init.liquibase.in-doub, in-doubt",
			"db-init.mongock.package, packages", "db-init.seeds.location, locations" })
	void namesTheNearestProperty(String property, String nearest) {
		this.runner.withPropertyValues(property + "=a").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).startsWith("Unknown property '" + property + "' (")
				.endsWith(", did you mean '" + nearest + "'?");
			assertThat(analysis.getAction()).contains("Correct the name of the property");
		});
	}

	@Test
	void leavesOthersToSpringBoot() {
		this.runner.withPropertyValues("spring.liquibase.nam=a")
			.run((context) -> assertThat(analyze(context.getStartupFailure())).isNull());
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		return new UnknownPropertyFailureAnalyzer().analyze(failure);
	}

}
