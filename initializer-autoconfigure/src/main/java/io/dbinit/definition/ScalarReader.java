package io.dbinit.definition;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Reads words, numbers and quantities with units. Errors repeat a text as it was written,
 * since the values of placeholders may be secrets.
 */
final class ScalarReader {

	private static final Pattern BARE_NUMBER = Pattern.compile("[-+]?\\d+");

	private ScalarReader() {
	}

	static String word(DefinitionNode node, Collection<String> known) {
		String word = node.text().toLowerCase(Locale.ROOT);
		if (!known.contains(word)) {
			throw node.invalid("found '" + node.written() + "'" + NearestWord.suggest(node.text(), known),
					"Correct the value.");
		}
		return word;
	}

	static <E extends Enum<E>> E constant(DefinitionNode node, Class<E> type) {
		Map<String, E> constants = new LinkedHashMap<>();
		for (E constant : type.getEnumConstants()) {
			constants.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
		}
		return Objects.requireNonNull(constants.get(word(node, constants.keySet())));
	}

	static long number(DefinitionNode node, long min, long max) {
		String text = node.text();
		try {
			long number = Long.parseLong(text);
			if (number >= min && number <= max) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Reported below
		}
		throw node.invalid("found '%s', wanted a whole number from %d to %d".formatted(node.written(), min, max),
				"Correct the number.");
	}

	static Duration duration(DefinitionNode node) {
		String text = node.text();
		if (text.equals("0")) {
			return Duration.ZERO;
		}
		if (BARE_NUMBER.matcher(text).matches()) {
			throw node.invalid("'" + node.written() + "' has no unit: s, m, h or d",
					"Write the unit: '%1$ss' for seconds, '%1$sm' for minutes, '%1$sh' for hours, '%1$sd' for days."
						.formatted(node.written()));
		}
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException | DateTimeException ex) {
			throw node.invalid("found '" + node.written() + "', which is not a duration",
					"Write a number and its unit, like 30m, 7d or PT1H.");
		}
	}

	static DataSize size(DefinitionNode node) {
		try {
			DataSize size = DataSize.parse(node.text());
			if (size.toBytes() > 0) {
				return size;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// Reported below
		}
		throw node.invalid("found '" + node.written() + "', which is not a size greater than zero",
				"Write a number and its unit, like 512KB or 10MB.");
	}

}
