package io.dbinit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.dbinit.Journal.InDoubt;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.StepReport;
import io.dbinit.lock.LeaseLostException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Contract of a {@link Journal}, with that of the {@link Database} which keeps it.
 */
public abstract class AbstractJournalTests extends AbstractDatabaseTests {

	@Test
	void begunRunMarksTheDatabase() {
		Holder holder = acquire("a");
		holder.session().journal().begin(run("1", holder, Outcome.RUNNING), "staging");
		Marker marker = look();
		assertThat(marker.createdAt()).isNotNull();
		assertThat(marker.environment()).isEqualTo("staging");
		assertThat(marker.complete()).isFalse();
	}

	@Test
	void stampAndAgeOfTheDatabaseStay() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "staging");
		Marker first = look();
		journal.end(run("1", holder, Outcome.DONE), Map.of(), Map.of());
		assertThat(look().complete()).isTrue();
		journal.begin(run("2", holder, Outcome.RUNNING), "production");
		Marker second = look();
		assertThat(second.environment()).isEqualTo("staging");
		assertThat(second.createdAt()).isEqualTo(first.createdAt());
		assertThat(second.complete()).isFalse();
	}

	@Test
	void successfulRunRecordsExactlyItsSteps() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		String fingerprint = "\u00fcber\n".repeat(60_000);
		journal.end(run("1", holder, Outcome.DONE), Map.of("old", "1", "liquibase", "2"), Map.of());
		journal.begin(run("2", holder, Outcome.RUNNING), "test");
		journal.end(run("2", holder, Outcome.DONE), Map.of("liquibase", fingerprint, "Liquibase", "other"),
				Map.of("liquibase", new MigrationVersions("3", "4", 1), "failed", new MigrationVersions(null, "1", 7)));
		Marker marker = look();
		assertThat(marker.complete()).isTrue();
		assertThat(marker.steps()).containsOnly(Map.entry("liquibase", fingerprint), Map.entry("Liquibase", "other"));
		assertThat(marker.versions()).containsOnly(Map.entry("liquibase", new MigrationVersions("3", "4", 1)),
				Map.entry("failed", new MigrationVersions(null, "1", 7)));
	}

	@Test
	void endCanBeRepeated() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		RunReport ended = run("1", holder, Outcome.DONE);
		journal.end(ended, Map.of("step", "1"), Map.of());
		journal.end(ended, Map.of("step", "1"), Map.of());
		assertThat(look().steps()).containsOnly(Map.entry("step", "1"));
		assertThat(createDatabase().history(10)).containsExactly(ended);
	}

	@Test
	void failedRunKeepsTheStepsThatItDidNotReach() throws Exception {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		journal.once("seed", "1", () -> {
		});
		journal.end(run("1", holder, Outcome.FAILED), Map.of("liquibase", "1"), Map.of());
		assertThat(look().complete()).isFalse();
		assertThat(look().steps()).containsOnlyKeys("seed", "liquibase");
	}

	@Test
	void historyHoldsTheNewestRunsFirst() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		RunReport begun = run("1", holder, Outcome.RUNNING);
		journal.begin(begun, "test");
		assertThat(createDatabase().history(5)).containsExactly(begun);
		RunReport failed = run("1", holder, Outcome.FAILED);
		journal.end(failed, Map.of(), Map.of());
		assertThat(createDatabase().history(5)).containsExactly(failed);
		RunReport next = new RunReport("2", holder.lease().token(), "host", "app 1.0",
				failed.startedAt().plusSeconds(60), null, Outcome.RUNNING, null, List.of());
		journal.begin(next, "test");
		assertThat(createDatabase().history(5)).containsExactly(next, failed);
		assertThat(createDatabase().history(1)).containsExactly(next);
	}

	@Test
	void changeIsInDoubtUntilItIsConcluded() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		journal.intend("liquibase", "create table 'a'");
		journal.intend("liquibase", "create table '\u00fc'");
		journal.intend("other", "create table 'a'");
		journal.conclude("liquibase", "create table 'a'");
		assertThat(journal.inDoubt()).containsExactly(new InDoubt("liquibase", "create table '\u00fc'"),
				new InDoubt("other", "create table 'a'"));
		holder.release();
		Journal next = acquire("b").session().journal();
		assertThat(next.inDoubt()).hasSize(2);
		next.conclude("liquibase", "create table '\u00fc'");
		next.conclude("other", "create table 'a'");
		assertThat(next.inDoubt()).isEmpty();
	}

	@Test
	void intentCanBeRepeated() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		journal.intend("step", "change");
		journal.intend("step", "change");
		assertThat(journal.inDoubt()).containsExactly(new InDoubt("step", "change"));
		journal.conclude("step", "change");
		journal.conclude("step", "change");
		assertThat(journal.inDoubt()).isEmpty();
	}

	@Test
	void workIsRecordedByItsFingerprint() throws Exception {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		journal.once("seed", "v1", () -> {
		});
		assertThat(look().steps()).containsOnly(Map.entry("seed", "v1"));
		journal.once("seed", "v2", () -> {
		});
		assertThat(look().steps()).containsOnly(Map.entry("seed", "v2"));
		assertThat(look().complete()).isFalse();
	}

	@Test
	void failedWorkIsNotRecorded() {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "test");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> journal.once("seed", "v1", () -> {
			throw new IllegalStateException("intended");
		})).withMessage("intended");
		assertThat(look().steps()).isEmpty();
	}

	@Test
	void everyWriteOfAnOldTokenIsRefused() {
		Holder old = acquire("old");
		Journal journal = old.session().journal();
		journal.begin(run("1", old, Outcome.RUNNING), "test");
		journal.intend("step", "change");
		old.release();
		Holder next = acquire("next");
		next.session().journal().begin(run("2", next, Outcome.RUNNING), "test");
		Marker before = look();
		List<RunReport> history = createDatabase().history(10);
		assertLost(() -> journal.begin(run("3", old, Outcome.RUNNING), "other"));
		assertLost(() -> journal.intend("step", "other"));
		assertLost(() -> journal.conclude("step", "change"));
		assertLost(() -> journal.end(run("1", old, Outcome.DONE), Map.of("step", "1"), Map.of()));
		// Its client may be cut off already
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> journal.once("step", "1", () -> {
		}));
		assertThat(look()).isEqualTo(before);
		assertThat(createDatabase().history(10)).isEqualTo(history);
		assertThat(next.session().journal().inDoubt()).containsExactly(new InDoubt("step", "change"));
	}

	@Test
	void successorThatCameInTheMiddleOfWorkKeepsItFromBeingRecorded() {
		Holder old = acquire("old");
		Journal journal = old.session().journal();
		journal.begin(run("1", old, Outcome.RUNNING), "test");
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> journal.once("step", "1", () -> {
			old.release();
			acquire("next");
		}));
		assertThat(look().steps()).isEmpty();
	}

	@Test
	void forgottenDatabaseHasNoSteps() throws Exception {
		Holder holder = acquire("a");
		Journal journal = holder.session().journal();
		journal.begin(run("1", holder, Outcome.RUNNING), "staging");
		journal.once("seed", "1", () -> {
		});
		journal.intend("liquibase", "change");
		journal.forget();
		assertThat(look().steps()).isEmpty();
		assertThat(look().environment()).isEqualTo("staging");
		assertThat(journal.inDoubt()).isEmpty();
	}

	@Test
	void applicationsHaveSeparateRecords() throws Exception {
		Holder holder = acquire("a");
		Journal orders = holder.session().journal("orders");
		orders.begin(run("1", holder, Outcome.RUNNING), "test");
		orders.end(run("1", holder, Outcome.DONE), Map.of("seed", "of orders"), Map.of());
		Journal billing = holder.session().journal("billing");
		billing.begin(run("2", holder, Outcome.RUNNING), "test");
		billing.once("seed", "of billing", () -> {
		});
		Marker ofOrders = createDatabase().look(TIMEOUT, "orders", List.of());
		assertThat(ofOrders.complete()).isTrue();
		assertThat(ofOrders.steps()).containsOnly(Map.entry("seed", "of orders"));
		Marker ofBilling = createDatabase().look(TIMEOUT, "billing", List.of());
		assertThat(ofBilling.complete()).isFalse();
		assertThat(ofBilling.steps()).containsOnly(Map.entry("seed", "of billing"));
	}

	private Marker look() {
		return createDatabase().look(TIMEOUT);
	}

	private static void assertLost(ThrowingCallable write) {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(write);
	}

	private static RunReport run(String id, Holder holder, Outcome outcome) {
		Instant now = Instant.parse("2024-02-03T04:05:06.789Z").truncatedTo(ChronoUnit.MILLIS);
		if (outcome == Outcome.RUNNING) {
			return new RunReport(id, holder.lease().token(), "host", "app 1.0", now, null, outcome, null, List.of());
		}
		boolean failed = outcome == Outcome.FAILED;
		StepReport step = new StepReport("liquibase", Phase.MIGRATE, outcome, now, Duration.ofMillis(12), null,
				List.of(Change.recorded("created 'a'"), Change.recorded("created 'b'")), null);
		StepReport pending = new StepReport("verify", Phase.VERIFY, Outcome.PENDING, null, null, null, List.of(),
				failed ? "no, 'because'" : null);
		return new RunReport(id, holder.lease().token(), "host", "app 1.0", now, Duration.ofMillis(34), outcome,
				failed ? "failed" : null, List.of(step, pending));
	}

}
