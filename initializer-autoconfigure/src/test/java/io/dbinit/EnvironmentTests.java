package io.dbinit;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Environment}.
 */
class EnvironmentTests {

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "\t", "${APP_ENV}", "${APP_ENV:}", "prod", "PROD", " production ", "prod-eu",
			"staging", "qa", "developement", "tests", "dev2", "prd", "live", "dev,prod", "local-prod", "null", "*",
			"all", "${ENV:dev}", "dev\u00a0", "dev\u200b", "d\u0435v" })
	void whatIsNotDeclaredIsProduction(String name) {
		assertThat(Environment.of(name).isProduction()).isTrue();
		assertThat(Environment.of(name).accepts(List.of())).isFalse();
		assertThat(Environment.of(name).accepts(List.of("development", "test"))).isFalse();
		assertThat(Environment.of(name).accepts(List.of("All"))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "development", "dev", "Dev", " local", "test", "CI" })
	void declaredDevelopmentAndTestEnvironmentsHaveOtherRules(String name) {
		assertThat(Environment.of(name).isProduction()).isFalse();
		assertThat(Environment.of(name).accepts(List.of())).isTrue();
		assertThat(Environment.of(name).accepts(List.of("production"))).isFalse();
	}

	@Test
	void namesCanBeDeclared() {
		assertThat(Environment.of("qa", List.of("sandbox"), List.of("QA")).isProduction()).isFalse();
		assertThat(Environment.of("sandbox", List.of("sandbox"), List.of()).isProduction()).isFalse();
		assertThat(Environment.of("development", List.of("sandbox"), List.of()).isProduction()).isTrue();
	}

	@Test
	void productionCannotBeDeclaredToBeSomethingElse() {
		assertThat(Environment.of("production", List.of("production"), List.of()).isProduction()).isTrue();
		assertThat(Environment.of("prod", List.of(), List.of("prod")).isProduction()).isTrue();
	}

	@Test
	void anUnknownNameIsProductions() {
		assertThat(Environment.of(null).name()).isEqualTo("production");
		assertThat(Environment.of("${APP_ENV:}").name()).isEqualTo("production");
		assertThat(Environment.of(" staging ").name()).isEqualTo("staging");
	}

	@Test
	void acceptsTheListedEnvironments() {
		assertThat(Environment.of("prod").accepts(List.of("test", "production"))).isTrue();
		assertThat(Environment.of("prod-eu").accepts(List.of("production"))).isFalse();
		assertThat(Environment.of("Staging").accepts(List.of("staging"))).isTrue();
		assertThat(Environment.of("dev").accepts(List.of("development"))).isTrue();
		assertThat(Environment.of("test").accepts(List.of("development"))).isFalse();
	}

	@Test
	void aBlankNameInAListIsNoEnvironment() {
		assertThat(Environment.of(null).accepts(List.of(""))).isFalse();
		assertThat(Environment.of("dev").accepts(List.of(" "))).isFalse();
		assertThat(Environment.of("sandbox", List.of("", "${DEV}"), List.of(" ")).isProduction()).isTrue();
		assertThat(Environment.of(" ", List.of(" "), List.of("")).isProduction()).isTrue();
		assertThat(Environment.of("${DEV}", List.of("${DEV}"), List.of()).isProduction()).isTrue();
	}

	@Test
	void matchesTheStampOfItsOwnDatabases() {
		assertThat(Environment.of("prod").matches("production")).isTrue();
		assertThat(Environment.of(null).matches("production")).isTrue();
		assertThat(Environment.of("dev").matches("Development")).isTrue();
		assertThat(Environment.of("test").matches("development")).isFalse();
		assertThat(Environment.of("staging").matches("production")).isFalse();
	}

}
