package io.dbinit;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The chain of causes of an exception.
 */
public final class Causes {

	private Causes() {
	}

	/**
	 * Return an exception and its causes. A chain that contains itself ends before its
	 * first repetition.
	 * @param ex the exception
	 * @return the exception, then its causes from the outermost to the root
	 */
	public static List<Throwable> of(Throwable ex) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		return Stream.iterate(ex, Objects::nonNull, Throwable::getCause).takeWhile(seen::add).toList();
	}

	/**
	 * Return the root cause of an exception.
	 * @param ex the exception
	 * @return the last of its causes, or the exception itself
	 */
	public static Throwable root(Throwable ex) {
		List<Throwable> causes = of(ex);
		return causes.get(causes.size() - 1);
	}

	/**
	 * Return the first exception of a type.
	 * @param <T> the type
	 * @param ex the exception
	 * @param type the type
	 * @return the exception itself or the outermost of its causes that has the type
	 */
	public static <T> Optional<T> find(Throwable ex, Class<T> type) {
		return of(ex).stream().filter(type::isInstance).map(type::cast).findFirst();
	}

	/**
	 * Return whether an exception or one of its causes satisfies a condition.
	 * @param ex the exception
	 * @param condition the condition
	 * @return whether any satisfies it
	 */
	public static boolean anyMatch(Throwable ex, Predicate<Throwable> condition) {
		return of(ex).stream().anyMatch(condition);
	}

	/**
	 * Return the message of an exception.
	 * @param ex the exception
	 * @return its message, or the name of its class if it has none
	 */
	public static String message(Throwable ex) {
		return (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getName();
	}

}
