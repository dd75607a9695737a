package io.dbinit.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process of {@link FaultService}, and what can be done to it.
 */
final class ServiceProcess implements AutoCloseable {

	/** No run of this service takes as long, unless it is stuck. */
	static final Duration STUCK = Duration.ofSeconds(120);

	private static final Set<Process> alive = ConcurrentHashMap.newKeySet();

	private static final long START = System.nanoTime();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> alive.forEach(Process::destroyForcibly)));
	}

	private final Process process;

	private final Thread reader;

	private final List<String> lines = new ArrayList<>();

	private final long startedAt = System.nanoTime();

	private volatile long begunAt = this.startedAt;

	private volatile long endedAt;

	private ServiceProcess(List<String> command, Map<String, String> environment) {
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
			builder.environment().putAll(environment);
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		alive.add(this.process);
		this.reader = new Thread(this::read, "service-" + this.process.pid());
		this.reader.setDaemon(true);
		this.reader.start();
	}

	/**
	 * Start a process.
	 * @param site the database
	 * @param options options of the JVM, like {@code -Dfaults.at=1}
	 * @param environment variables beside those of the tests
	 * @param more arguments of the service beside those of the database
	 */
	static ServiceProcess start(Site site, List<String> options, Map<String, String> environment, List<String> more) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx192m", "-Xlog:disable"));
		Path archive = ServiceJar.archive(site.kind().isSql());
		command.add((Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive);
		command.addAll(options);
		command.addAll(List.of("-cp", ServiceJar.classPath(), FaultService.class.getName()));
		command.addAll(site.arguments());
		command.addAll(more);
		return new ServiceProcess(command, environment);
	}

	private void read() {
		try (BufferedReader output = this.process.inputReader()) {
			String line = output.readLine();
			while (line != null) {
				if (line.equals("STARTED")) {
					this.begunAt = System.nanoTime();
				}
				add(line);
				line = output.readLine();
			}
		}
		catch (IOException ex) {
			add("(" + ex.getMessage() + ")");
		}
		this.endedAt = System.nanoTime();
		alive.remove(this.process);
		synchronized (this.lines) {
			this.lines.notifyAll();
		}
	}

	private void add(String line) {
		synchronized (this.lines) {
			this.lines.add(line);
			this.lines.notifyAll();
		}
	}

	/**
	 * Wait for a line.
	 * @return the line, or empty if the process ended without it
	 * @throws StuckException if it is stuck
	 */
	Optional<String> await(Predicate<String> condition) {
		long giveUp = System.nanoTime() + STUCK.toNanos();
		synchronized (this.lines) {
			while (true) {
				Optional<String> line = this.lines.stream().filter(condition).findFirst();
				if (line.isPresent() || this.endedAt != 0) {
					return line;
				}
				if (System.nanoTime() - giveUp > 0) {
					throw new StuckException("Stuck:\n" + output());
				}
				try {
					this.lines.wait(1000);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	Optional<String> await(String prefix) {
		return await((line) -> line.startsWith(prefix));
	}

	/**
	 * Wait for the end.
	 * @return this process
	 * @throws StuckException if it is stuck
	 */
	ServiceProcess ended() {
		await((line) -> false);
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				throw new StuckException("Closed its output, but did not end:\n" + output());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this;
	}

	/** Send a signal, like {@code KILL}, {@code STOP} or {@code CONT}. */
	void signal(String name) {
		run("kill", "-" + name, String.valueOf(this.process.pid()));
	}

	static void run(String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes());
			if (process.waitFor() != 0) {
				throw new IllegalStateException(String.join(" ", command) + ": " + output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Let a process go on that waits for others. */
	void release() {
		try {
			this.process.getOutputStream().write('\n');
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	int exitCode() {
		return this.process.exitValue();
	}

	boolean isComplete() {
		return !isAlive() && exitCode() == 0 && !lines("COMPLETE").isEmpty();
	}

	/**
	 * Return whether it told that it failed, and why, and ended with an error.
	 */
	boolean failedLoudly() {
		return !isAlive() && exitCode() == 1 && !lines("FAILED").isEmpty();
	}

	List<String> lines(String prefix) {
		synchronized (this.lines) {
			return this.lines.stream().filter((line) -> line.startsWith(prefix)).toList();
		}
	}

	/**
	 * Return what it did: each change once for each time that it was made.
	 */
	List<String> changes() {
		return lines("CHANGED ");
	}

	/**
	 * Return the lines of the log that tell of an error.
	 */
	List<String> errors() {
		synchronized (this.lines) {
			return this.lines.stream().filter((line) -> line.matches(".*( ERROR |Exception).*")).toList();
		}
	}

	long events() {
		return lines("EVENTS ").stream().mapToLong((line) -> Long.parseLong(line.substring(7))).findFirst().orElse(0);
	}

	/** Return how long it took from the first look at its database to its end. */
	Duration duration() {
		return Duration.ofNanos(((this.endedAt != 0) ? this.endedAt : System.nanoTime()) - this.begunAt);
	}

	/** Return when it ended, in nanoseconds of {@link System#nanoTime()}. */
	long endedAt() {
		return this.endedAt;
	}

	String output() {
		synchronized (this.lines) {
			return "process %d, after %d ms of the tests%n%s".formatted(this.process.pid(),
					(this.startedAt - START) / 1_000_000, String.join(System.lineSeparator(), this.lines));
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	static void closeAll() {
		alive.forEach(Process::destroyForcibly);
	}

	static int count() {
		return (int) alive.stream().filter(Process::isAlive).count();
	}

	@Override
	public String toString() {
		return output();
	}

	/**
	 * A process does not end, or does not get where it should.
	 */
	static final class StuckException extends IllegalStateException {

		StuckException(String message) {
			super(message);
		}

	}

}
