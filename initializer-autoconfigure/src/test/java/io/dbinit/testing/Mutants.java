package io.dbinit.testing;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.dbinit.InitializationException;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Makes mutants of a file, by a random seed that is printed at the end of the build and
 * can be given as the system property {@value #PROPERTY}. Each mutant must be read, or be
 * refused with its file, line and key.
 */
public final class Mutants {

	private static final String PROPERTY = "mutants.seed";

	private static final long SEED = Long.getLong(PROPERTY, System.nanoTime());

	private static final int SECONDS = 20;

	private static final Pattern WORD = Pattern.compile("[\\w$.-]+");

	/** A position, and a key in front of it unless the file as a whole is at fault. */
	private static final String PLACE = "(?s)Invalid definition at '.+' \\(.*FILE.* - \\d+:\\d+\\): .+"
			+ "|Invalid definition at .*FILE.* - \\d+:\\d+: .+|Unknown property '.+' \\(.*FILE.* - \\d+:\\d+\\).+";

	private static final List<String> TOKENS = List.of(":", ": ", "-", "- ", "{", "}", "[", "]", "{}", "[]", "\"", "'",
			"&a ", "*a", "&a [*a]", "!!str ", "!!int ", "!!binary ", "!!timestamp ", "!!map ", "!x ", "! ", "null", "~",
			"<<: ", "<<: *a", "${x}", "${", "}", "$", ".x", "..", "\t", "\0", "#", " # ", "|", ">", "%", "@", "`", ",",
			", ,", "---\n", "...\n", "%YAML 1.1\n", "? ", "\n", "\r\n", "\n\n  ", "\\", "\\u0000", "\\ud800", "\u00fc",
			"\ud83d\ude00", "\ufeff", "\u0085", "\u2028", "//", "/*");

	private static final List<String> VALUES = List.of("", "null", "~", "true", "ture", "no", "on", "0", "-1", "1_000",
			"02134", "22:22", "1.5", "1e400", "1e99999999999", "-0", ".nan", ".inf", "99999999999999999999999",
			"2592000", "7d", "1MB", "-1MB", "2024-02-03", "2024-02-31T00:00:00Z", "2024-02-03T04:05:06Z", "''", "\"\"",
			"[]", "{}", "[a, a]", "{ a: 1, a: 2 }", "{ $oid: x }", "{ $date: 2024-02-03 }", "{ $numberLong: 7 }",
			"{ \"$max\": 7 }", "!!str [a]", "!!int x", "!!binary ?", "*nowhere", "&b [*b]", "${nowhere}", "$jsonSchma",
			"a.b", "a b", "users", "2dsphere", "classpath:nowhere.json");

	private final Random random = new Random(SEED);

	private final String text;

	/**
	 * Create mutants of a file.
	 * @param text the text of the file
	 */
	public Mutants(String text) {
		this.text = text;
		TestSummary.note("Mutants of definitions by -D%s=%d".formatted(PROPERTY, SEED));
	}

	/**
	 * Read mutants.
	 * @param count how many
	 * @param file the name of the file
	 * @param reader reads a mutant, and checks what it has read
	 * @return how many of them were accepted
	 */
	public int read(int count, String file, Reader reader) {
		Pattern place = Pattern.compile(PLACE.replace("FILE", Pattern.quote(file)));
		ExecutorService executor = Executors.newSingleThreadExecutor();
		int accepted = 0;
		try {
			for (int i = 0; i < count; i++) {
				byte[] mutant = mutant();
				InitializationException refusal = result(executor.submit(refusal(reader, mutant)), mutant);
				if (refusal == null) {
					accepted++;
				}
				else {
					assertThat(refusal.getMessage()).as(describe(mutant)).matches(place);
				}
			}
			return accepted;
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Return the environment that Spring Boot makes of a mutant.
	 * @param file where to write the mutant, like {@code application.yml}
	 * @param mutant the mutant
	 * @return the environment, or empty if Spring Boot itself cannot read the file, so
	 * that it does not reach the initializer
	 */
	public static Optional<StandardEnvironment> environment(Path file, byte[] mutant) throws IOException {
		Files.write(file, mutant);
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("spring.config.location", file.getParent().toUri().toString())));
		try {
			ConfigDataEnvironmentPostProcessor.applyTo(environment);
			return Optional.of(environment);
		}
		catch (RuntimeException | StackOverflowError ex) {
			return Optional.empty();
		}
	}

	private static Callable<InitializationException> refusal(Reader reader, byte[] mutant) {
		return () -> {
			try {
				reader.read(mutant);
				return null;
			}
			catch (InitializationException ex) {
				return ex;
			}
		};
	}

	private static InitializationException result(Future<InitializationException> result, byte[] mutant) {
		try {
			return result.get(SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			return fail("No end after %d s with %s".formatted(SECONDS, describe(mutant)));
		}
		catch (ExecutionException ex) {
			return fail(describe(mutant), ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static String describe(byte[] mutant) {
		return "a mutant by -D%s=%d:%n%s".formatted(PROPERTY, SEED, new String(mutant, StandardCharsets.UTF_8));
	}

	private byte[] mutant() {
		String mutant = this.text;
		for (int i = this.random.nextInt(3); i >= 0; i--) {
			mutant = pick(List.<BiFunction<Mutants, String, String>>of(Mutants::insert, Mutants::insert,
					Mutants::delete, Mutants::replaceWord, Mutants::replaceWord, Mutants::misspell, Mutants::swapWords,
					Mutants::changeLine))
				.apply(this, mutant);
		}
		Charset charset = (this.random.nextInt(60) != 0) ? StandardCharsets.UTF_8
				: pick(List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16, StandardCharsets.UTF_16LE));
		return ((charset == StandardCharsets.ISO_8859_1) ? mutant + "# \u00fc" : mutant).getBytes(charset);
	}

	private <T> T pick(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	private String insert(String text) {
		int at = this.random.nextInt(text.length() + 1);
		return text.substring(0, at) + pick(TOKENS) + text.substring(at);
	}

	private String delete(String text) {
		int at = this.random.nextInt(text.length() + 1);
		int end = (this.random.nextInt(10) != 0) ? Math.min(text.length(), at + 1 + this.random.nextInt(5))
				: text.length();
		return text.substring(0, at) + text.substring(end);
	}

	private String replaceWord(String text) {
		return replace(text, word(text), pick(VALUES));
	}

	private String misspell(String text) {
		MatchResult word = word(text);
		if (word == null) {
			return text;
		}
		StringBuilder misspelt = new StringBuilder(word.group());
		misspelt.setCharAt(this.random.nextInt(misspelt.length()), (char) ('a' + this.random.nextInt(26)));
		return replace(text, word, misspelt.toString());
	}

	private String swapWords(String text) {
		MatchResult word = word(text);
		return (word != null) ? replace(text, word(text), word.group()) : text;
	}

	private MatchResult word(String text) {
		List<MatchResult> words = WORD.matcher(text).results().toList();
		return words.isEmpty() ? null : pick(words);
	}

	private static String replace(String text, MatchResult word, String other) {
		return (word != null) ? text.substring(0, word.start()) + other + text.substring(word.end()) : text + other;
	}

	private String changeLine(String text) {
		List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
		int line = this.random.nextInt(lines.size());
		switch (this.random.nextInt(5)) {
			case 0 -> lines.remove(line);
			case 1 -> lines.add(line, lines.get(line));
			case 2 -> Collections.swap(lines, line, this.random.nextInt(lines.size()));
			case 3 -> lines.set(line, " ".repeat(1 + this.random.nextInt(3)) + lines.get(line));
			default -> lines.set(line, lines.get(line).replaceFirst("^ {1,2}", ""));
		}
		return String.join("\n", lines);
	}

	/**
	 * Reads a mutant.
	 */
	@FunctionalInterface
	public interface Reader {

		/**
		 * Read a mutant, and check what was read.
		 * @param mutant the content of the file
		 * @throws Exception if the mutant is refused, or not read as it is written
		 */
		void read(byte[] mutant) throws Exception;

	}

}
