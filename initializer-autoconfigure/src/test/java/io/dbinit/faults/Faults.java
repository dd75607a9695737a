package io.dbinit.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much the suite does.
 */
final class Faults {

	private static final int ROUNDS = Integer.getInteger("db-init.faults.rounds", 1);

	private Faults() {
	}

	/**
	 * Return how often each fault is repeated: once in an ordinary build.
	 */
	static int rounds() {
		return ROUNDS;
	}

	/**
	 * Return whether this is more than an ordinary build.
	 */
	static boolean isFull() {
		return ROUNDS > 1;
	}

	static boolean isWanted(Kind kind) {
		String kinds = System.getProperty("db-init.faults.kinds", "");
		return kinds.isEmpty() || List.of(kinds.toUpperCase(Locale.ROOT).split(",")).contains(kind.name());
	}

	/**
	 * Return numbers from 1 to a limit, evenly spread.
	 */
	static List<Long> spread(int count, long limit) {
		if (count >= limit) {
			return IntStream.rangeClosed(1, (int) limit).mapToObj(Long::valueOf).toList();
		}
		return IntStream.range(0, count).mapToObj((i) -> 1 + (limit * (2L * i + 1)) / (2L * count)).toList();
	}

	/**
	 * Return the library that shows a process another time.
	 */
	static Optional<Path> fakeTime() {
		return Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
			.map((folder) -> Path.of(folder, "faketime/libfaketime.so.1"))
			.filter(Files::exists)
			.findFirst();
	}

}
