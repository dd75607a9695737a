package io.dbinit;

import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Plan}.
 */
class PlanTests {

	private final Plan.Builder plan = Plan.builder(Environment.of("test")).database(new InMemoryDatabase("memory"));

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\nINFO forged", "a\rb", "a\u001b[2Jb", "a\u0000b", "a\u0085b", "a\u2028b",
			"a\u2029b", "a\u202eb", "a\ud800b" })
	void aNameThatCannotBePrintedIsRefused(String name) {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> add(name))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\n", "\r", "\u001b", "\u0000", "\u2028",
					"\u202e", "\ud800"))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Change the name"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> this.plan.database(new InMemoryDatabase(name)));
	}

	@Test
	void aNameThatCannotBeStoredIsRefused() {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> add("x".repeat(191)))
			.withMessageStartingWith("Step 'x")
			.withMessageEndingWith("has a name of 191 characters, more than 190");
		add("x".repeat(190));
	}

	@ParameterizedTest
	@ValueSource(strings = { "seed ünïcödé", "liquibase", "種", "a'b\"c", "😀" })
	void otherNamesAreAccepted(String name) {
		add(name);
		assertThat(this.plan.build().databases()).hasSize(1);
	}

	private void add(String name) {
		this.plan.step("memory", new TestStep(name, Phase.SEED, (context) -> {
		}));
	}

}
