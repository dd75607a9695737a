package io.dbinit.seed;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.Phase;
import io.dbinit.Plan;
import io.dbinit.Report;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SeedStep}.
 */
class SeedStepTests {

	private static final String TEXT = "{ id: a, table: t, key: k, environments: [all], data: [ { k: 1, price: 1.50 } ] }";

	private static final TestStep OTHER = new TestStep("other", Phase.STRUCTURE, (context) -> {
	});

	private final List<SeedData> written = new ArrayList<>();

	private final List<SeedData> checked = new ArrayList<>();

	private Report report;

	private String environment = "test";

	private final InMemoryDatabase database = new InMemoryDatabase("jdbc") {

		@Override
		public <T> T unwrap(Class<T> type) {
			return type.cast(new RecordingWriter());
		}

	};

	@Test
	void aSeedIsAppliedOncePerVersion() {
		FileSeed seed = read(TEXT);
		assertThat(run(seed)).containsExactly(seed.version());
		assertThat(run(seed)).containsExactly(seed.version());
		assertThat(this.written).containsExactly(seed.data());
		FileSeed changed = read(TEXT.replace("1.50", "1.5"));
		assertThat(run(changed)).containsExactly(changed.version());
		assertThat(this.written).containsExactly(seed.data(), changed.data());
	}

	@Test
	void theVersionOfAnEarlierReleaseIsReplacedByTheNextRun() throws Exception {
		FileSeed seed = read(TEXT);
		String former = SeedVersion.former(seed.data(), true);
		this.database.once("seed a", former, () -> {
		});
		this.database.complete(true);
		assertThat(run(seed)).containsExactly(former);
		assertThat(run(seed, OTHER)).contains(seed.version()).doesNotContain(former);
		assertThat(this.written).isEmpty();
		assertThat(this.checked).isEmpty();
	}

	@Test
	void aSeedOfModeOnceIsNotAppliedAgainAndItsChangeIsReported() {
		FileSeed seed = read(TEXT.replace("key: k", "mode: once"));
		run(seed);
		assertThat(this.report.databases().get(0).limitations()).isEmpty();
		FileSeed changed = read(TEXT.replace("key: k", "mode: once").replace("1.50", "1.75"));
		String remark = "Seed 'a' has changed since it was applied, and is not applied again, as its mode is 'once'";
		assertThat(run(changed)).containsExactly(seed.version());
		assertThat(this.report.outcome()).isEqualTo(Report.Outcome.UP_TO_DATE);
		assertThat(this.report.databases().get(0).limitations()).containsExactly(remark);
		assertThat(run(changed, OTHER)).contains(seed.version()).doesNotContain(changed.version());
		assertThat(this.report.databases().get(0).limitations()).containsExactly(remark);
		assertThat(this.written).containsExactly(seed.data());
		run(seed, OTHER);
		assertThat(this.report.databases().get(0).limitations()).isEmpty();
	}

	@Test
	void aSeedWhoseConditionIsNotMetCountsAsApplied() {
		FileSeed seed = read(TEXT.replace("key: k", "key: k, condition: { empty: full }"));
		assertThat(run(seed)).containsExactly(seed.version());
		assertThat(this.report.outcome()).isEqualTo(Report.Outcome.DONE);
		assertThat(this.report.databases().get(0).steps().get(0).changes()).isEmpty();
		assertThat(this.written).isEmpty();
		run(seed);
		assertThat(this.report.outcome()).isEqualTo(Report.Outcome.UP_TO_DATE);
		FileSeed other = read(TEXT.replace("id: a", "id: b, condition: { empty: vacant }"));
		run(other);
		assertThat(this.written).containsExactly(other.data());
	}

	@Test
	void aSeedOfModeAlwaysIsAppliedAtEveryStart() {
		FileSeed seed = read(TEXT.replace("key: k", "key: k, mode: always"));
		run(seed);
		run(seed);
		assertThat(this.written).containsExactly(seed.data(), seed.data());
		assertThat(this.report.outcome()).isEqualTo(Report.Outcome.DONE);
		this.database.readOnly = true;
		run(seed);
		assertThat(this.written).hasSize(2);
		assertThat(this.report.state()).isEqualTo(Report.State.COMPLETE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{ k: 1, password: admin123 }                    | data[0].password
			{ k: 1, login: { PASSWORD: Password123 } }      | data[0].login.PASSWORD
			{ k: 1, admin_password: '' }                    | data[0].admin_password
			{ k: 1, users: [ { pwd: tenant123 } ] }         | data[0].users[0].pwd
			""")
	void aDefaultPasswordIsRefusedInProductionAndReportedElsewhere(String row, String path) {
		FileSeed seed = read(TEXT.replace("{ k: 1, price: 1.50 }", row));
		this.environment = "prod-eu";
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> run(seed))
			.withMessageContaining("'" + path + "' (Byte array resource [seed.yml] - 1:")
			.withMessageContaining("a default password is refused under the rules of production");
		assertThat(this.written).isEmpty();
		this.environment = "test";
		run(seed);
		assertThat(this.written).hasSize(1);
		assertThat(this.report.databases().get(0).limitations())
			.filteredOn((limitation) -> limitation.startsWith("Seed"))
			.singleElement()
			.asString()
			.startsWith("Seed 'a' has a default password at '" + path + "'");
	}

	@Test
	void aDefaultPasswordThatWasWrittenIsReportedInProduction() throws Exception {
		FileSeed seed = read(TEXT.replace("{ k: 1, price: 1.50 }", "{ k: 1, password: admin }"));
		this.database.once("seed a", seed.version(), () -> {
		});
		this.database.complete(true);
		this.environment = "production";
		run(seed);
		assertThat(this.report.outcome()).isEqualTo(Report.Outcome.UP_TO_DATE);
		assertThat(this.report.databases().get(0).limitations()).singleElement()
			.asString()
			.startsWith("Seed 'a' has a default password at 'data[0].password'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{ k: 1, password: 'correct horse' }", "{ k: 1, password: null }", "{ k: 1, name: admin }",
			"{ k: 1, password_reset_required: admin }" })
	void otherValuesAreNoDefaultPasswords(String row) {
		this.environment = "production";
		run(read(TEXT.replace("{ k: 1, price: 1.50 }", row)));
		assertThat(this.written).hasSize(1);
		assertThat(this.report.databases().get(0).limitations()).isEmpty();
	}

	@Test
	void valuesAreCheckedBeforeAnythingIsChanged() {
		List<String> done = new ArrayList<>();
		FileSeed seed = read(TEXT.replace("table: t", "table: refused"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> run(seed, new TestStep("migration", Phase.MIGRATE, (context) -> done.add("migration"))))
			.withMessageContaining("'seed a'")
			.withMessageContaining("cannot be stored");
		assertThat(done).isEmpty();
		assertThat(this.written).isEmpty();
	}

	private List<String> run(FileSeed seed, TestStep... steps) {
		Plan.Builder plan = Plan.builder(Environment.of(this.environment)).database(this.database);
		for (TestStep step : steps) {
			plan.step("jdbc", step);
		}
		new SeedPlan(List.of(seed)).customize(plan);
		Duration second = Duration.ofSeconds(1);
		InitializerOptions options = new InitializerOptions("host", "application",
				new InitializerOptions.Wait(second, second, second, second, 1),
				new LockOptions(Duration.ofSeconds(20), second, second));
		this.report = new Initializer(plan.build(), options, List.of(), Clock.systemUTC()).run();
		Map<String, String> recorded = this.database.look(second).steps();
		return List.copyOf(recorded.values());
	}

	private static FileSeed read(String text) {
		return new SeedNotation(new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), "seed.yml"))
			.get(0), new DefaultResourceLoader(), new References(), null, new Recipes(new MockEnvironment())).read();
	}

	private final class RecordingWriter implements SeedWriter {

		@Override
		public void check(SeedData data) {
			SeedStepTests.this.checked.add(data);
			if (data.target().equals("refused")) {
				throw new InitializationException("a value cannot be stored", "Correct it.", null);
			}
		}

		@Override
		public boolean isEmpty(String target, @Nullable DefinitionNode filter) {
			return target.equals("vacant");
		}

		@Override
		public int write(SeedData data) {
			SeedStepTests.this.written.add(data);
			return data.rows().size();
		}

	}

}
