package io.dbinit.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dbinit.benchmark.app.BenchmarkApplication;

/**
 * A process of the service.
 */
final class Service {

	private static final Set<Process> alive = ConcurrentHashMap.newKeySet();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> alive.forEach(Process::destroyForcibly)));
	}

	private final Process process;

	private final Path output;

	private final long launched;

	private Service(Contender contender, int count, List<String> jvm, List<String> arguments) {
		try {
			this.output = Files.createTempFile(Files.createDirectories(Path.of("target/benchmark/output")),
					contender.name().toLowerCase() + "-" + count + "-", ".log");
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
			command.addAll(jvm);
			command.add("-D" + BenchmarkApplication.WORK + "=" + contender.work().getName());
			this.launched = BenchmarkApplication.now();
			command.add("-D" + BenchmarkApplication.LAUNCHED + "=" + this.launched);
			command.addAll(List.of("-cp", classPath(contender, count), BenchmarkApplication.class.getName()));
			command.addAll(arguments);
			command.addAll(contender.arguments());
			this.process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(this.output.toFile())
				.start();
			alive.add(this.process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String classPath(Contender contender, int count) {
		return Stream
			.concat(Stream.of(Jars.application(contender.migrations(), count)), ClassPath.jars(contender.classPath()))
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Start a process.
	 * @param contender what it uses
	 * @param count how many migrations it has
	 * @param jvm options of the JVM
	 * @param arguments arguments of the service
	 * @return the process
	 */
	static Service start(Contender contender, int count, List<String> jvm, List<String> arguments) {
		return new Service(contender, count, jvm, arguments);
	}

	/**
	 * Wait for its end.
	 * @return what it measured
	 */
	Start await() {
		return end().orElseThrow(() -> new IllegalStateException("Failed:\n" + String.join("\n", lines(""))));
	}

	/**
	 * Wait for its end.
	 * @return what it measured, or empty if it failed
	 */
	Optional<Start> end() {
		try {
			if (!this.process.waitFor(10, TimeUnit.MINUTES)) {
				this.process.destroyForcibly();
			}
			alive.remove(this.process);
			return lines(BenchmarkApplication.RESULT).stream().findFirst().map(this::read);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private Start read(String line) {
		String[] parts = line.split(" ", -1);
		List<Long> repeated = Arrays.stream(parts[3].split(","))
			.filter((time) -> !time.isEmpty())
			.map(Long::valueOf)
			.toList();
		return new Start(this.launched, Long.parseLong(parts[1]), Long.parseLong(parts[2]), repeated);
	}

	List<String> lines(String prefix) {
		try (Stream<String> lines = Files.lines(this.output)) {
			return lines.filter((line) -> line.startsWith(prefix)).collect(Collectors.toCollection(ArrayList::new));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What a process measured, in microseconds.
	 *
	 * @param launched when it was launched
	 * @param ready how long after that it was ready
	 * @param work how long of that the work took
	 * @param repeated how long each repetition of the work took
	 */
	record Start(long launched, long ready, long work, List<Long> repeated) {

	}

}
