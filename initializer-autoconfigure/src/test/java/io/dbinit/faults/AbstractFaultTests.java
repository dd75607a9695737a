package io.dbinit.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.dbinit.faults.Results.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the scenarios share.
 */
@Tag("faults")
abstract class AbstractFaultTests {

	/** As many as keep two processors busy. */
	private static final int PARALLEL = 3;

	private static final Map<Kind, Undisturbed> undisturbed = new EnumMap<>(Kind.class);

	@AfterEach
	void endProcesses() {
		ServiceProcess.closeAll();
	}

	@AfterAll
	static void writeResults() {
		Results.write();
	}

	/**
	 * Return what a kind of database holds if nothing happens.
	 */
	static synchronized Undisturbed undisturbed(Kind kind) {
		return undisturbed.computeIfAbsent(kind, (key) -> {
			// The first process writes the archive of its classes when it ends
			ServiceProcess.start(kind.create(), List.of(), Map.of(), List.of()).ended();
			Site site = kind.create();
			try (ServiceProcess process = ServiceProcess.start(site, List.of(), Map.of(), List.of())) {
				assertThat(process.ended().isComplete()).as(process.output()).isTrue();
				return new Undisturbed(site.snapshot(), process.changes(), process.lines("STEP ").size(),
						process.events(), process.duration().toMillis());
			}
		});
	}

	static ServiceProcess start(Row row, Site site, String... options) {
		row.process();
		return ServiceProcess.start(site, List.of(options), Map.of(), List.of());
	}

	/**
	 * Disturb a start at one of its events and let it go on. It ends, complete or with an
	 * error, and what it left is finished by the next one.
	 * @param row where to count
	 * @param site the database
	 * @param used how the disturbed start reaches it
	 * @param event the number of the event
	 * @param disturbance what to do meanwhile
	 */
	static void disturb(Row row, Site site, Site used, long event, Disturbance disturbance) throws Exception {
		try (ServiceProcess process = start(row, used, "-Dfaults.at=" + event, "-Dfaults.hold=500")) {
			process.await("AT ");
			row.disturbed();
			disturbance.run();
			process.ended();
			if (!process.isComplete() && !process.failedLoudly()) {
				row.fail("Neither complete nor failed", process.output());
			}
			converge(row, site, process);
		}
		catch (IllegalStateException ex) {
			row.stuck(ex);
		}
	}

	/**
	 * Start the service once more without disturbing it: now the database must be
	 * complete, and hold what it would if nothing had happened.
	 */
	static void converge(Row row, Site site, ServiceProcess... before) {
		try (ServiceProcess process = start(row, site)) {
			process.ended();
			check(row, site, process, before);
			row.time("start after it", process.duration());
		}
		catch (IllegalStateException ex) {
			row.stuck(ex, before);
		}
	}

	/**
	 * Check that the last process is complete, and compare its database.
	 */
	static void check(Row row, Site site, ServiceProcess last, ServiceProcess... before) {
		String how = last.output() + outputs(before);
		if (!last.isComplete()) {
			row.fail("Not complete", how);
		}
		if (row.compare(site.snapshot(), undisturbed(site.kind()).snapshot(), how)) {
			site.drop();
		}
	}

	static String outputs(ServiceProcess... processes) {
		StringBuilder text = new StringBuilder();
		for (ServiceProcess process : processes) {
			text.append("\n\n--- ").append(process.output());
		}
		return text.toString();
	}

	/**
	 * Fail if anything did in this row.
	 */
	static void succeed(Row row) {
		List<String> failures = new ArrayList<>(row.failures());
		assertThat(failures).as("failures").isEmpty();
	}

	/**
	 * Disturb several starts at a time, as most of them wait for something.
	 */
	static <T> void together(Collection<T> disturbances, Task<T> task) {
		ExecutorService executor = Executors.newFixedThreadPool(PARALLEL);
		try {
			List<Callable<Void>> tasks = new ArrayList<>();
			disturbances.forEach((disturbance) -> tasks.add(() -> {
				task.run(disturbance);
				return null;
			}));
			for (Future<Void> future : executor.invokeAll(tasks)) {
				future.get();
			}
		}
		catch (ExecutionException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			executor.shutdownNow();
		}
	}

	static void sleep(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * One of several disturbances.
	 *
	 * @param <T> what tells them apart
	 */
	@FunctionalInterface
	interface Task<T> {

		void run(T disturbance) throws Exception;

	}

	/**
	 * What is done to a start.
	 */
	@FunctionalInterface
	interface Disturbance {

		void run() throws Exception;

	}

	/**
	 * An undisturbed run.
	 *
	 * @param snapshot what the database holds after it
	 * @param changes what it changed
	 * @param steps how many steps it has
	 * @param events how many events it consists of
	 * @param millis how long it took
	 */
	record Undisturbed(Snapshot snapshot, List<String> changes, int steps, long events, long millis) {
	}

}
