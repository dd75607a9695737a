package io.dbinit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.lock.LeaseLostException;
import io.dbinit.lock.LockOptions;
import io.dbinit.testing.InMemoryDatabase;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link Initializer}.
 */
class InitializerTests {

	private final InMemoryDatabase database = new InMemoryDatabase("memory");

	private final List<String> ran = new ArrayList<>();

	@Test
	void runsTheStepsPhaseByPhaseAndRecordsThem() {
		Report report = initializer(step("verify", Phase.VERIFY), step("migrate", Phase.MIGRATE)).run();
		assertThat(this.ran).containsExactly("migrate", "verify");
		assertThat(report.state()).isEqualTo(State.COMPLETE);
		assertThat(report.databases().get(0).steps()).extracting(Report.StepReport::outcome)
			.containsExactly(Outcome.DONE, Outcome.DONE);
		assertThat(this.database.calls).containsExactly("look", "acquire", "look", "begin", "end DONE", "release",
				"close");
	}

	@Test
	void looksOnceWhenThereIsNothingToDo() {
		initializer(step("migrate", Phase.MIGRATE)).run();
		this.database.calls.clear();
		Report report = initializer(step("migrate", Phase.MIGRATE)).run();
		assertThat(this.database.calls).containsExactly("look");
		assertThat(this.ran).containsExactly("migrate");
		assertThat(report.message()).isEqualTo("Nothing to do");
		assertThat(report.databases().get(0).steps()).extracting(Report.StepReport::outcome)
			.containsExactly(Outcome.UP_TO_DATE);
	}

	@Test
	void asksTheSystemForTheNameOfTheHostIfItIsNotKnown() {
		initializer(Plan.builder(Environment.of("test"))
			.database(this.database)
			.step("memory", step("migrate", Phase.MIGRATE))
			.build(), "").run();
		assertThat(this.database.history(1)).singleElement().satisfies((run) -> assertThat(run.host()).isNotBlank());
	}

	@Test
	void runsAgainWhenAStepWasAddedChangedOrRemoved() {
		initializer(step("a", Phase.MIGRATE), step("b", Phase.MIGRATE)).run();
		initializer(step("a", Phase.MIGRATE)).run();
		initializer(step("a", Phase.MIGRATE), step("c", Phase.MIGRATE)).run();
		RecordingStep changed = step("a", Phase.MIGRATE);
		changed.fingerprint = "other";
		initializer(changed, step("c", Phase.MIGRATE)).run();
		assertThat(this.ran).containsExactly("a", "b", "a", "a", "c", "a", "c");
	}

	@Test
	void runsAStepThatIsNotRepeatableOnceForEachFingerprint() {
		RecordingStep seed = step("seed", Phase.SEED);
		seed.runPolicy = RunPolicy.ON_CHANGE;
		initializer(seed).run();
		initializer(seed, step("new", Phase.MIGRATE)).run();
		assertThat(this.ran).containsExactly("seed", "new");
		seed.fingerprint = "other";
		initializer(seed, step("new", Phase.MIGRATE)).run();
		assertThat(this.ran).containsExactly("seed", "new", "new", "seed");
	}

	@Test
	void saysWhatWasDoneAndWhatWasNotWhenAStepFails() {
		RecordingStep broken = step("broken", Phase.STRUCTURE);
		broken.action = () -> {
			throw new IllegalStateException("disk full");
		};
		Initializer initializer = initializer(step("migrate", Phase.MIGRATE), broken, step("verify", Phase.VERIFY));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
			.withMessageContaining("Failed at step 'broken' of 'memory': disk full")
			.withMessageContaining("done 'migrate'")
			.withMessageStartingWith("Failed at step 'broken'")
			.withMessageNotContaining("failed 'broken'")
			.withMessageContaining("not done 'verify'");
		assertThat(initializer.report().state()).isEqualTo(State.FAILED);
		assertThat(this.database.calls).endsWith("end FAILED", "release", "close");
		assertThat(this.database.look(Duration.ZERO).complete()).isFalse();
	}

	@Test
	void goesOnAfterTheFailureOfAnOptionalStepAndTriesItAgain() {
		RecordingStep optional = step("optional", Phase.SEED);
		optional.required = false;
		optional.action = () -> {
			throw new IllegalStateException("no");
		};
		Report report = initializer(optional, step("verify", Phase.VERIFY)).run();
		assertThat(report.state()).isEqualTo(State.COMPLETE);
		assertThat(this.ran).containsExactly("optional", "verify");
		initializer(optional, step("verify", Phase.VERIFY)).run();
		assertThat(this.ran).containsExactly("optional", "verify", "optional", "verify");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysWhatToDoAboutTheFailureOfAnOptionalStep(CapturedOutput output) {
		RecordingStep optional = step("optional", Phase.SEED);
		optional.required = false;
		optional.action = () -> {
			throw new InitializationException("No table 'a'", "Create the table.", null);
		};
		initializer(optional).run();
		assertThat(output.getOut())
			.contains("Optional step 'optional' of 'memory' failed: No table 'a'%nCreate the table.".formatted());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void triesAgainWhileSomethingIsInTheWay(boolean repeatable) {
		IllegalStateException conflict = new IllegalStateException("conflict");
		this.database.conflict = conflict;
		List<String> attempts = new ArrayList<>();
		CheckedRunnable twice = () -> {
			attempts.add("attempt");
			if (attempts.size() == 1) {
				throw conflict;
			}
		};
		TestStep step = repeatable
				? new TestStep("step", Phase.STRUCTURE,
						(context) -> context.change(Change.create("it", "change"), twice))
				: TestStep.once("step", Phase.SEED, (context) -> twice.run());
		Report report = initializer(step).run();
		assertThat(report.state()).isEqualTo(State.COMPLETE);
		assertThat(attempts).hasSize(2);
		assertThat(this.database.inDoubt()).isEmpty();
	}

	@Test
	void startsNoFurtherStepOnceTheLeaseIsLost() {
		RecordingStep thief = step("thief", Phase.MIGRATE);
		thief.action = this.database::steal;
		Initializer initializer = initializer(thief, step("next", Phase.STRUCTURE));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
			.withCauseInstanceOf(LeaseLostException.class)
			.withMessageContaining("'thief' at 'theft'");
		assertThat(this.ran).containsExactly("thief");
		assertThat(this.database.calls).contains("abort").doesNotContain("end DONE", "release");
	}

	@Test
	void waitsForADatabaseThatAnswersLater() {
		this.database.unavailable = 3;
		assertThat(initializer(step("a", Phase.MIGRATE)).run().state()).isEqualTo(State.COMPLETE);
	}

	@Test
	void waitsForADatabaseThatGoesAwayWhileItsLockIsWaitedFor() {
		this.database.unavailableForLock = 2;
		assertThat(initializer(step("a", Phase.MIGRATE)).run().state()).isEqualTo(State.COMPLETE);
		assertThat(this.database.calls).startsWith("look", "look", "look", "acquire", "look", "begin");
	}

	@Test
	void givesUpOnADatabaseThatDoesNotAnswer() {
		this.database.unavailable = Integer.MAX_VALUE;
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(step("a", Phase.MIGRATE))::run)
			.withMessageContaining("Gave up after 200 ms: refused");
		assertThat(this.ran).isEmpty();
		assertThat(this.database.looks).containsOnly(Duration.ofSeconds(1));
	}

	@Test
	void namesTheHolderOfALockThatIsNotFree() {
		this.database.leave(Instant.now().plusSeconds(60));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(step("a", Phase.MIGRATE))::run)
			.withMessageContaining("held by 'dead' at 'liquibase: started'");
	}

	@Test
	void waitsNoLongerForALockOfADatabaseThatGoesAwayMeanwhile() {
		this.database.leave(Instant.now().plusSeconds(60));
		this.database.polled = (polls) -> {
			if (polls % 2 == 0) {
				throw new UnavailableException("restarting", null);
			}
		};
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(step("a", Phase.MIGRATE))::run)
			.withMessageContaining("held by 'dead'");
		assertThat(this.ran).isEmpty();
	}

	@Test
	void whoWaitedGoesOnWithoutTheLockWhenTheDatabaseIsComplete() {
		initializer(step("a", Phase.MIGRATE)).run();
		this.database.calls.clear();
		this.database.complete(false);
		this.database.leave(Instant.now().plusSeconds(60));
		this.database.polled = (polls) -> {
			// The lock is given back after the run was recorded
			if (polls == 2) {
				this.database.complete(true);
			}
			else if (polls == 4) {
				this.database.release();
			}
		};
		Report report = initializer(step("a", Phase.MIGRATE)).run();
		assertThat(this.database.calls).containsExactly("look", "look", "close");
		assertThat(this.ran).containsExactly("a");
		assertThat(report.message()).isEqualTo("Nothing to do");
		assertThat(report.databases().get(0).lock()).isNull();
	}

	@Test
	void whoWaitedTakesTheLockWhenTheDatabaseIsNotComplete() {
		initializer(step("a", Phase.MIGRATE)).run();
		this.database.calls.clear();
		this.database.complete(false);
		this.database.leave(Instant.now().plusSeconds(60));
		this.database.polled = (polls) -> this.database.release();
		initializer(step("a", Phase.MIGRATE)).run();
		assertThat(this.database.calls).startsWith("look", "look", "acquire", "look", "begin");
		assertThat(this.ran).containsExactly("a", "a");
	}

	@Test
	void whoWaitedForAnotherPlanTakesTheLock() {
		initializer(step("a", Phase.MIGRATE)).run();
		this.database.leave(Instant.now().plusSeconds(60));
		this.database.polled = (polls) -> this.database.release();
		this.database.calls.clear();
		initializer(step("a", Phase.MIGRATE), step("b", Phase.MIGRATE)).run();
		assertThat(this.database.calls).startsWith("look", "look", "acquire", "look", "begin");
		assertThat(this.ran).containsExactly("a", "a", "b");
	}

	@Test
	void endsWhatADeadHolderLeft() {
		this.database.leave(Instant.now().minusSeconds(1));
		initializer(step("a", Phase.MIGRATE)).run();
		assertThat(this.database.calls).startsWith("look", "acquire", "terminateOrphans", "look", "begin");
	}

	@Test
	void tellsTheChangesThatNobodySettled() {
		RecordingStep killed = step("killed", Phase.MIGRATE);
		this.database.intend("killed", "create table a");
		this.database.intend("other", "create table b");
		List<String> inDoubt = new ArrayList<>();
		killed.inspection = (context) -> inDoubt.addAll(ToolContext.of(context).inDoubt());
		initializer(killed).run();
		assertThat(inDoubt).containsExactly("create table a");
	}

	@Test
	void onlyVerifiesADatabaseThatIsReadOnly() {
		initializer(step("migrate", Phase.MIGRATE)).run();
		this.ran.clear();
		this.database.calls.clear();
		this.database.readOnly = true;
		Report report = initializer(step("migrate", Phase.MIGRATE), step("verify", Phase.VERIFY)).run();
		assertThat(this.ran).containsExactly("verify");
		assertThat(this.database.calls).containsExactly("look");
		assertThat(report.databases().get(0).limitations()).singleElement().asString().contains("read-only");
	}

	@Test
	void aReadOnlyDatabaseWithPendingStepsIsNotComplete() {
		this.database.readOnly = true;
		Initializer initializer = initializer(step("migrate", Phase.MIGRATE), step("verify", Phase.VERIFY));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
			.withMessage("'memory' is read-only, and 1 of its steps are pending: 'migrate'");
		assertThat(initializer.report().state()).isEqualTo(State.FAILED);
		assertThat(initializer.report().databases().get(0).state()).isEqualTo(State.FAILED);
		assertThat(this.ran).containsExactly("verify");
	}

	@Test
	void aRunThatReportedAMismatchIsNotComplete() {
		Initializer initializer = initializer(new TestStep("structure", Phase.STRUCTURE,
				(context) -> context.mismatch(new Mismatch("index 'a'", "unique", "not unique"))));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer::run)
			.withMessage("'memory' is not as declared: index 'a': wanted unique, found not unique");
		assertThat(initializer.report().outcome()).isEqualTo(Outcome.FAILED);
		assertThat(this.database.calls).contains("end FAILED");
	}

	@Test
	void worksOnSeveralDatabases() {
		InMemoryDatabase second = new InMemoryDatabase("another");
		Plan plan = Plan.builder(Environment.of("test"))
			.database(this.database)
			.database(second)
			.step("memory", step("a", Phase.MIGRATE))
			.step("another", step("b", Phase.MIGRATE))
			.build();
		Report report = initializer(plan).run();
		assertThat(report.databases()).extracting(Report.DatabaseReport::name).containsExactly("another", "memory");
		assertThat(this.ran).containsExactlyInAnyOrder("a", "b");
		assertThat(second.calls).contains("end DONE");
		assertThat(this.database.calls).contains("end DONE");
	}

	@Test
	void aFailureOnOneDatabaseIsRecordedOnAll() {
		InMemoryDatabase second = new InMemoryDatabase("another");
		RecordingStep broken = step("broken", Phase.MIGRATE);
		broken.action = () -> {
			throw new IllegalStateException("no");
		};
		Plan plan = Plan.builder(Environment.of("test"))
			.database(this.database)
			.database(second)
			.step("memory", broken)
			.step("another", step("b", Phase.VERIFY))
			.build();
		assertThatExceptionOfType(InitializationException.class).isThrownBy(initializer(plan)::run);
		assertThat(this.ran).containsExactly("broken");
		assertThat(second.calls).contains("end FAILED", "release");
	}

	private Initializer initializer(Step... steps) {
		Plan.Builder plan = Plan.builder(Environment.of("test")).database(this.database);
		for (Step step : steps) {
			plan.step("memory", step);
		}
		return initializer(plan.build());
	}

	private Initializer initializer(Plan plan) {
		return initializer(plan, "host");
	}

	private Initializer initializer(Plan plan, String host) {
		Duration tick = Duration.ofMillis(10);
		return new Initializer(plan,
				new InitializerOptions(host, "application",
						new InitializerOptions.Wait(Duration.ofMillis(200), tick, tick, tick, 1),
						new LockOptions(Duration.ofSeconds(5), Duration.ofMillis(100), tick)),
				List.of(new LoggingListener()), Clock.systemUTC());
	}

	private RecordingStep step(String name, Phase phase) {
		return new RecordingStep(name, phase);
	}

	private interface Inspection {

		void inspect(StepContext context);

	}

	private final class RecordingStep implements Step {

		private final String name;

		private final Phase phase;

		private String fingerprint = "same";

		private RunPolicy runPolicy = RunPolicy.ALWAYS;

		private boolean required = true;

		private CheckedRunnable action = () -> {
		};

		private Inspection inspection = (context) -> {
		};

		private RecordingStep(String name, Phase phase) {
			this.name = name;
			this.phase = phase;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public Phase phase() {
			return this.phase;
		}

		@Override
		public String fingerprint() {
			return this.fingerprint;
		}

		@Override
		public RunPolicy runPolicy() {
			return this.runPolicy;
		}

		@Override
		public boolean isRequired() {
			return this.required;
		}

		@Override
		public void inspect(StepContext context) {
			this.inspection.inspect(context);
		}

		@Override
		public void run(StepContext context) throws Exception {
			synchronized (InitializerTests.this.ran) {
				InitializerTests.this.ran.add(this.name);
			}
			this.action.run();
			context.change(Change.create(this.name, "did " + this.name), () -> {
			});
		}

	}

}
