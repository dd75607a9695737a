package io.dbinit.jdbc;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

/**
 * A program that comes with a database.
 *
 * @param program the program
 * @param version what it says of its version
 * @param majorVersion the major version of the database that it is for
 */
record ExternalTool(Path program, String version, int majorVersion) {

	private static final Pattern VERSION = Pattern.compile("(?:Distrib|from|\\)|Ver) ([0-9]+)\\.[0-9]+");

	private static final int SHOWN = 2000;

	/**
	 * Find a program.
	 * @param directory its directory, {@code null} for those of the path
	 * @param names its names, the best one first
	 * @return the program
	 * @throws InitializationException if there is none
	 */
	static ExternalTool find(@Nullable Path directory, String... names) throws IOException {
		List<Path> directories = (directory != null) ? List.of(directory)
				: Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
					.filter((path) -> !path.isEmpty())
					.map(Path::of)
					.toList();
		for (String name : names) {
			for (Path candidate : directories) {
				for (String file : List.of(name, name + ".exe")) {
					Path program = candidate.resolve(file);
					if (Files.isExecutable(program) && Files.isRegularFile(program)) {
						return of(program);
					}
				}
			}
		}
		throw new InitializationException(
				"There is no '%s' %s".formatted(String.join("' or '", names),
						(directory != null) ? "in '" + directory + "'" : "on the path"),
				"Install the client programs of the database, or name their directory with 'db-init.backup.tools'. Nothing was changed.",
				null);
	}

	private static ExternalTool of(Path program) throws IOException {
		String version = new ExternalTool(program, "", 0).output(List.of("--version"), Map.of()).strip();
		Matcher matcher = VERSION.matcher(version);
		int major = 0;
		while (matcher.find()) {
			major = Integer.parseInt(matcher.group(1));
		}
		return new ExternalTool(program, version, major);
	}

	String name() {
		return this.program.getFileName().toString();
	}

	/**
	 * Run the program and return what it prints.
	 */
	String output(List<String> arguments, Map<String, String> environment) throws IOException {
		java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
		run(arguments, environment, null, out);
		return out.toString(java.nio.charset.StandardCharsets.UTF_8);
	}

	/**
	 * Run the program to its end.
	 * @param arguments its arguments, which everyone on the machine can read
	 * @param environment variables to add to its environment
	 * @param in its input, {@code null} for none
	 * @param out where its output goes
	 * @throws InitializationException if it fails, with what it says
	 */
	void run(List<String> arguments, Map<String, String> environment, @Nullable InputStream in, OutputStream out)
			throws IOException {
		List<String> command = new ArrayList<>(List.of(this.program.toString()));
		command.addAll(arguments);
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().putAll(environment);
		Process process = builder.start();
		try {
			CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> errors(process));
			CompletableFuture<Void> output = CompletableFuture.runAsync(() -> copy(process.getInputStream(), out));
			IOException broken = feed(process, in);
			output.join();
			int code = process.waitFor();
			if (code != 0) {
				String text = errors.join().strip();
				throw new InitializationException("'%s' ended with %d: %s".formatted(name(), code, text),
						"Correct the cause that '%s' names.".formatted(name()), broken);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("'" + name() + "' was interrupted", ex);
		}
		catch (CompletionException ex) {
			throw new IOException("Failed to write the output of '%s': %s".formatted(name(), ex.getCause()), ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * A program that has failed does not read its input to the end.
	 */
	private static @Nullable IOException feed(Process process, @Nullable InputStream in) throws IOException {
		try (OutputStream target = process.getOutputStream()) {
			if (in != null) {
				byte[] buffer = new byte[1 << 16];
				int length;
				while ((length = in.read(buffer)) >= 0) {
					target.write(buffer, 0, length);
				}
			}
			return null;
		}
		catch (IOException ex) {
			if (process.isAlive()) {
				throw ex;
			}
			return ex;
		}
	}

	private static void copy(InputStream in, OutputStream out) {
		try {
			in.transferTo(out);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private static String errors(Process process) {
		try {
			String text = DumpSource.read(process.getErrorStream());
			return (text.length() > SHOWN) ? text.substring(0, SHOWN) + "…" : text;
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	@Override
	public String toString() {
		return this.version;
	}

}
