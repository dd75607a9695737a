package io.dbinit.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.dbinit.Database;
import io.dbinit.Definition;
import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.InitializerOptions;
import io.dbinit.InitializerListener;
import io.dbinit.Mode;
import io.dbinit.OlderRelease;
import io.dbinit.Phase;
import io.dbinit.Plan;
import io.dbinit.Release;
import io.dbinit.Report;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.State;
import io.dbinit.Report.StepReport;
import io.dbinit.RunPolicy;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import io.dbinit.lock.LockOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Contract of the records of several applications in one database.
 */
public abstract class AbstractApplicationsTests {

	private static final String NOTHING = "Nothing to do";

	private final List<String> ran = new ArrayList<>();

	/**
	 * Return the steps that ran, with their fingerprints.
	 */
	protected final List<String> ran() {
		return this.ran;
	}

	/**
	 * Create another client of the database of the test.
	 */
	protected abstract Database createDatabase();

	@Test
	void applicationsWithDifferentPlansHaveNothingToDo() {
		Step[] orders = { once("presets", "1"), once("orders", "1") };
		Step[] billing = { once("presets", "2") };
		start("orders", orders);
		start("billing", billing);
		assertThat(start("orders", orders).message()).isEqualTo(NOTHING);
		assertThat(start("billing", billing).message()).isEqualTo(NOTHING);
		assertThat(this.ran).containsExactly("presets 1", "orders 1", "presets 2");
	}

	@Test
	void namesOfApplicationsAreComparedAsTheyAre() {
		List<String> names = List.of("orders", "Orders", "orders.eu", "orders$eu", "\u00f6rders", "o'rders",
				"x".repeat(255), "x".repeat(254) + "y");
		names.forEach((name) -> start(name, once("presets", name)));
		assertThat(names)
			.allSatisfy((name) -> assertThat(start(name, once("presets", name)).message()).isEqualTo(NOTHING));
	}

	@Test
	void changeOfOneApplicationLeavesOthersComplete() {
		start("orders", once("presets", "1"));
		start("billing", once("presets", "2"));
		start("billing", once("presets", "3"), once("more", "1"));
		assertThat(start("orders", once("presets", "1")).message()).isEqualTo(NOTHING);
	}

	@Test
	void failureOfOneApplicationLeavesOthersComplete() {
		start("orders", once("presets", "1"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> start("billing", once("presets", "2"), failing()));
		assertThat(start("orders", once("presets", "1")).message()).isEqualTo(NOTHING);
		start("billing", once("presets", "2"));
		assertThat(this.ran).containsExactly("presets 1", "presets 2");
	}

	@Test
	void renamedApplicationTakesItsStepsOver() {
		start("orders", once("presets", "1"), once("rates", "1"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> start("shop", failing(), once("presets", "1")));
		start("shop", once("presets", "1"), once("rates", "2"));
		assertThat(this.ran).containsExactly("presets 1", "rates 1", "rates 2");
		assertThat(start("shop", once("presets", "1"), once("rates", "2")).message()).isEqualTo(NOTHING);
	}

	@Test
	void stepThatIsDoneByItsModeIsNotTakenOverWithAnotherDefinition() {
		start("orders", once("presets", "1"));
		start("billing", new OnlyOnce("2"));
		assertThat(this.ran).containsExactly("presets 1", "presets 2");
		start("billing", new OnlyOnce("3"));
		assertThat(this.ran).hasSize(2);
	}

	@Test
	void applicationThatGetsANameTakesItsStepsOver() {
		start("", once("presets", "1"), once("rates", "1"));
		start("orders", once("presets", "1"), once("rates", "2"));
		assertThat(this.ran).containsExactly("presets 1", "rates 1", "rates 2");
		assertThat(start("orders", once("presets", "1"), once("rates", "2")).message()).isEqualTo(NOTHING);
		assertThat(start("", once("presets", "1"), once("rates", "1")).message()).isEqualTo(NOTHING);
	}

	@Test
	void failedRunKeepsRecordsOfStepsThatItDidNotReach() {
		start("orders", once("presets", "1"), once("rates", "1"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> start("orders", failing(), once("presets", "1"), once("rates", "1")));
		Report report = start("orders", once("presets", "1"), once("rates", "1"));
		assertThat(report.databases().get(0).steps()).extracting(StepReport::outcome).containsOnly(Outcome.UP_TO_DATE);
		assertThat(this.ran).containsExactly("presets 1", "rates 1");
	}

	@Test
	void changeInDoubtIsThatOfItsApplication() {
		Step interrupted = new TestStep("migrate", Phase.MIGRATE, (context) -> {
			ToolContext.of(context).intend("create table 't'");
			throw new IllegalStateException("killed");
		});
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start("orders", interrupted));
		assertThat(inDoubt("billing", "migrate")).isEmpty();
		assertThat(inDoubt("orders", "migrate")).containsExactly("create table 't'");
	}

	/**
	 * Run a step that reads its changes in doubt.
	 */
	protected final List<String> inDoubt(String application, String step) {
		List<String> changes = new ArrayList<>();
		start(application,
				new TestStep(step, Phase.MIGRATE, (context) -> changes.addAll(ToolContext.of(context).inDoubt())));
		return changes;
	}

	@Test
	void droppingTheDataForgetsItsRecords() {
		start("", once("presets", "1"));
		start("orders", once("rates", "1"));
		start("orders", dropping());
		start("orders", once("rates", "1"));
		start("", once("presets", "1"));
		assertThat(this.ran).containsExactly("presets 1", "rates 1", "rates 1", "presets 1");
	}

	@Test
	void dataOfOtherApplicationsIsNotDropped() {
		start("orders", once("presets", "1"));
		start("shipping", once("rates", "1"));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start("billing", dropping()))
			.withMessageContaining("also that of the applications 'orders', 'shipping'");
		assertThat(start("orders", once("presets", "1")).message()).isEqualTo(NOTHING);
		assertThat(this.ran).containsExactly("presets 1", "rates 1");
	}

	private static Step dropping() {
		return new TestStep("drop", Phase.MIGRATE, (context) -> ToolContext.of(context).forgetRecords());
	}

	@Test
	void olderReleaseChangesNothingInProduction() {
		for (String application : List.of("orders", "")) {
			this.ran.clear();
			release(application, null, "2.3", once("presets", "1"), once("rates", "1"));
			release(application, null, "2.4", once("presets", "2"), once("rates", "1"));
			Report older = release(application, null, "2.3", once("presets", "1"), once("rates", "1"));
			assertThat(older.state()).isEqualTo(State.COMPLETE);
			assertThat(older.databases().get(0).steps()).extracting(StepReport::outcome)
				.containsExactly(Outcome.KEPT, Outcome.UP_TO_DATE);
			assertThat(older.databases().get(0).limitations())
				.anySatisfy((limitation) -> assertThat(limitation).contains("at release 2.4 since 20")
					.contains("this is the older release 2.3"));
			assertThat(release(application, null, "2.4", once("presets", "2"), once("rates", "1")).message())
				.isEqualTo(NOTHING);
			assertThat(this.ran).containsExactly("presets 1", "rates 1", "presets 2");
			release(application, null, "2.5", once("presets", "1"), once("rates", "1"));
			assertThat(this.ran).endsWith("presets 1");
		}
	}

	@Test
	void olderReleaseChangesNothingAfterANewerOneHasFailed() {
		release("orders", null, "2.3", once("presets", "1"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> release("orders", null, "2.4", failing(), once("presets", "2")));
		assertThat(release("orders", null, "2.3", once("presets", "1")).databases().get(0).limitations())
			.anySatisfy((limitation) -> assertThat(limitation).contains("has not completed"));
		assertThat(this.ran).containsExactly("presets 1");
	}

	@Test
	void releaseThatWasRolledBackIsNewerAgain() {
		release("orders", null, "2.3", once("presets", "1"));
		release("orders", null, "2.4", once("presets", "2"));
		release("orders", OlderRelease.APPLY, "2.3", once("presets", "1"));
		assertThat(release("orders", null, "2.3", once("presets", "1")).message()).isEqualTo(NOTHING);
		release("orders", null, "2.4", once("presets", "2"));
		assertThat(this.ran).containsExactly("presets 1", "presets 2", "presets 1", "presets 2");
	}

	@Test
	void planThatWasSupersededIsOlderWhereNoReleaseTells() {
		for (String application : List.of("orders", "")) {
			this.ran.clear();
			plan(application, null, once("presets", "1"), once("rates", "1"));
			plan(application, null, once("presets", "2"), once("rates", "1"));
			Report older = plan(application, null, once("presets", "1"), once("rates", "1"));
			assertThat(older.message()).isEqualTo("Nothing to do for an older release");
			assertThat(older.databases().get(0).limitations())
				.anySatisfy((limitation) -> assertThat(limitation).contains("has a newer plan since 20"));
			assertThat(plan(application, null, once("presets", "2"), once("rates", "1")).message()).isEqualTo(NOTHING);
			assertThat(this.ran).containsExactly("presets 1", "rates 1", "presets 2");
			assertThatExceptionOfType(InitializationException.class)
				.isThrownBy(() -> plan(application, OlderRelease.FAIL, once("presets", "1"), once("rates", "1")))
				.withMessageContaining("has a newer plan");
		}
	}

	@Test
	void planThatIsAppliedAgainOnPurposeMakesTheNewerOneNewAgain() {
		plan("orders", null, once("presets", "1"));
		plan("orders", null, once("presets", "2"));
		plan("orders", OlderRelease.APPLY, once("presets", "1"));
		assertThat(plan("orders", null, once("presets", "1")).message()).isEqualTo(NOTHING);
		plan("orders", null, once("presets", "2"));
		assertThat(plan("orders", null, once("presets", "1")).message()).contains("older release");
		assertThat(this.ran).containsExactly("presets 1", "presets 2", "presets 1", "presets 2");
	}

	@Test
	void planIsSeenFromItsFirstAttemptOn() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plan("orders", null, failing(), once("presets", "1")));
		plan("orders", null, once("presets", "2"));
		assertThat(plan("orders", null, failing(), once("presets", "1")).message()).contains("older release");
		assertThat(this.ran).containsExactly("presets 2");
	}

	@Test
	void newerPlanThatFailedIsTriedAgain() {
		plan("orders", null, once("presets", "1"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plan("orders", null, failing(), once("presets", "2")));
		assertThat(plan("orders", null, once("presets", "1")).databases().get(0).limitations())
			.anySatisfy((limitation) -> assertThat(limitation).contains("has not completed"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> plan("orders", null, failing(), once("presets", "2")));
		assertThat(this.ran).containsExactly("presets 1");
	}

	@Test
	void newestFiftyPlansAreKept() {
		for (int i = 1; i <= 52; i++) {
			plan("orders", null, once("presets", "" + i));
		}
		plan("billing", null, once("presets", "1"));
		assertThat(createDatabase().plans("orders")).hasSize(50)
			.extracting((plan) -> plan.steps().get("presets"))
			.startsWith("52", "51")
			.endsWith("3");
		assertThat(createDatabase().plans("billing")).hasSize(1);
	}

	@Test
	void plansThatAlternateInOneBuildAreNamed() {
		Release build = new Release("2.3", Instant.parse("2026-11-01T10:00:00Z"));
		build(build, once("presets", "1"), once("rates", "1"));
		build(build, once("presets", "2"), once("rates", "1"));
		assertThat(build(build, once("presets", "1"), once("rates", "1")).databases().get(0).limitations())
			.noneSatisfy((limitation) -> assertThat(limitation).contains("undo each other's work"));
		assertThat(build(build, once("presets", "2"), once("rates", "1")).databases().get(0).limitations())
			.anySatisfy((limitation) -> assertThat(limitation).contains("undo each other's work: 'presets' differs"));
	}

	@Test
	void thingThatTwoApplicationsDeclareDifferentlyIsRefused() {
		start("orders", declaring("users", "1", "orders.yml, line 3"));
		start("shipping", declaring("users", "1", "shipping.yml, line 4"), declaring("trips", "1", "shipping.yml"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> start("billing", declaring("users", "2", "billing.yml, line 5")))
			.withMessageContaining(
					"declare the index of 'users' differently: this one at billing.yml, line 5, and 'orders' at orders.yml, line 3")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Nothing was changed"));
		assertThat(this.ran).containsExactly("users 1", "users 1", "trips 1");
		start("orders", once("presets", "1"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> start("orders", declaring("trips", "2", "orders.yml")))
			.withMessageContaining("'shipping' at shipping.yml");
	}

	private Step declaring(String name, String fingerprint, String where) {
		return new TestStep(name, Phase.STRUCTURE, (context) -> this.ran.add(name + " " + fingerprint)) {

			@Override
			public List<Definition> definitions() {
				return List.of(new Definition("index of '" + name + "'", fingerprint, where));
			}

		};
	}

	@Test
	void copyOfAnotherEnvironmentIsStampedAnew() {
		environment("production", null, once("presets", "1"));
		for (int i = 0; i < 2; i++) {
			assertThat(environment("staging", null, once("presets", "1")).databases().get(0).limitations())
				.anySatisfy((limitation) -> assertThat(limitation).contains("the environment 'production'")
					.contains("'db-init.restamp-from=production'"));
		}
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> environment("staging", "qa", once("presets", "1")))
			.withMessageContaining("not of 'qa'");
		Report stamped = environment("staging", "prod", once("presets", "1"));
		assertThat(stamped.databases().get(0).limitations())
			.noneSatisfy((limitation) -> assertThat(limitation).contains("environment"));
		assertThat(createDatabase().look(Duration.ofSeconds(5)).environment()).isEqualTo("staging");
		assertThat(createDatabase().history(1).get(0).steps()).anySatisfy(
				(step) -> assertThat(step.changeTexts()).containsExactly("environment 'production' to 'staging'"));
		assertThat(environment("staging", "prod", once("presets", "1")).message()).isEqualTo(NOTHING);
		assertThat(this.ran).containsExactly("presets 1");
	}

	private Report environment(String name, String restampFrom, Step... steps) {
		return initializer(Plan.builder(Environment.of(name)).restampFrom(restampFrom), "orders", createDatabase(),
				steps)
			.run();
	}

	protected final Report plan(String application, OlderRelease olderRelease, Step... steps) {
		Plan.Builder plan = Plan.builder(Environment.of("production"))
			.release(new Release("1.0-SNAPSHOT", null))
			.olderRelease(olderRelease);
		return initializer(plan, application, createDatabase(), steps).run();
	}

	private Report build(Release release, Step... steps) {
		return initializer(Plan.builder(Environment.of("production")).release(release), "orders", createDatabase(),
				steps)
			.run();
	}

	@Test
	void olderReleaseDoesNotStart() {
		release("orders", null, "2.4", once("presets", "2"));
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> release("orders", OlderRelease.FAIL, "2.3", once("presets", "1")))
			.withMessageContaining("at release 2.4 since")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("'db-init.older-release'"));
		assertThat(this.ran).containsExactly("presets 2");
	}

	@Test
	void processThatVerifiesChangesNothing() {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> follow(Mode.VERIFY, once("presets", "1")))
			.withMessageContaining("is not complete: 'presets' pending");
		assertThat(createDatabase().look(Duration.ofSeconds(5)).createdAt()).isNull();
		start("orders", once("presets", "1"));
		assertThat(follow(Mode.VERIFY, once("presets", "1")).message()).isEqualTo(NOTHING);
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> follow(Mode.VERIFY, once("presets", "2")));
		assertThat(this.ran).containsExactly("presets 1");
	}

	@Test
	void processThatWaitsIsCompleteWhenAnotherOneHasDoneTheWork() throws Exception {
		CompletableFuture<Report> follower = CompletableFuture
			.supplyAsync(() -> follow(Mode.WAIT, once("presets", "1")));
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> follower.get(300, TimeUnit.MILLISECONDS));
		start("orders", once("presets", "1"));
		assertThat(follower.get(30, TimeUnit.SECONDS).message()).isEqualTo(NOTHING);
		assertThat(this.ran).containsExactly("presets 1");
	}

	@Test
	void processThatWaitsNamesWhoIsAtWork() throws Exception {
		List<String> waits = new CopyOnWriteArrayList<>();
		CountDownLatch waited = new CountDownLatch(1);
		InitializerListener listener = new InitializerListener() {

			@Override
			public void waiting(Report.DatabaseReport database) {
				waits.add(database.waitingFor());
				waited.countDown();
			}

		};
		AtomicReference<CompletableFuture<Report>> follower = new AtomicReference<>();
		start("orders", TestStep.once("presets", Phase.SEED, "1", (context) -> {
			follower.set(CompletableFuture.supplyAsync(() -> follow(Mode.WAIT, listener, once("presets", "1"))));
			assertThat(waited.await(30, TimeUnit.SECONDS)).isTrue();
		}));
		assertThat(follower.get().get(30, TimeUnit.SECONDS).state()).isEqualTo(State.COMPLETE);
		assertThat(waits).anySatisfy(
				(wait) -> assertThat(wait).contains("'presets' pending, the lock is held by 'host:", "at 'presets"));
	}

	private Report follow(Mode mode, Step... steps) {
		return follow(mode, new InitializerListener() {
		}, steps);
	}

	private Report follow(Mode mode, InitializerListener listener, Step... steps) {
		return initializer(Plan.builder(Environment.of("test")), "orders", createDatabase(), mode, listener, steps)
			.run();
	}

	protected final Report release(String application, String version, Step... steps) {
		return release(application, null, version, steps);
	}

	private Report release(String application, OlderRelease olderRelease, String version, Step... steps) {
		Plan.Builder plan = Plan.builder(Environment.of("production"))
			.release(new Release(version, null))
			.olderRelease(olderRelease);
		return initializer(plan, application, createDatabase(), steps).run();
	}

	protected final Report start(String application, Step... steps) {
		return initializer(Plan.builder(Environment.of("test")), application, createDatabase(), steps).run();
	}

	private static Initializer initializer(Plan.Builder plan, String application, Database database, Step... steps) {
		return initializer(plan, application, database, Mode.RUN, new InitializerListener() {
		}, steps);
	}

	private static Initializer initializer(Plan.Builder plan, String application, Database database, Mode mode,
			InitializerListener listener, Step... steps) {
		plan.application(application).database(database);
		Arrays.asList(steps).forEach((step) -> plan.step(database.name(), step));
		InitializerOptions.Wait wait = new InitializerOptions.Wait(Duration.ofSeconds(5), Duration.ofSeconds(5),
				Duration.ofMillis(50), Duration.ofMillis(50), 1);
		LockOptions lock = new LockOptions(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(100));
		return new Initializer(plan.build(), new InitializerOptions("host", application, 1, wait, lock, mode),
				List.of(listener), Clock.systemUTC());
	}

	protected final Step once(String name, String fingerprint) {
		return TestStep.once(name, Phase.SEED, fingerprint, (context) -> this.ran.add(name + " " + fingerprint));
	}

	private static Step failing() {
		return new TestStep("failing", Phase.MIGRATE, (context) -> {
			throw new IllegalStateException("Disk full");
		});
	}

	/**
	 * A step that is up to date once it has run, whatever its definition.
	 */
	private final class OnlyOnce implements Step {

		private final Step step;

		OnlyOnce(String fingerprint) {
			this.step = once("presets", fingerprint);
		}

		@Override
		public String name() {
			return this.step.name();
		}

		@Override
		public Phase phase() {
			return this.step.phase();
		}

		@Override
		public String fingerprint() {
			return this.step.fingerprint();
		}

		@Override
		public RunPolicy runPolicy() {
			return this.step.runPolicy();
		}

		@Override
		public boolean isUpToDate(String recorded) {
			return true;
		}

		@Override
		public String keptFingerprint(String recorded) {
			return recorded;
		}

		@Override
		public void run(StepContext context) throws Exception {
			this.step.run(context);
		}

	}

}
