package io.dbinit.definition;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Pattern;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Reads quantities with units.
 */
final class Quantities {

	private static final Pattern BARE_NUMBER = Pattern.compile("[-+]?\\d+");

	private Quantities() {
	}

	static Duration duration(DefinitionNode node, String text) {
		if (text.equals("0")) {
			return Duration.ZERO;
		}
		if (BARE_NUMBER.matcher(text).matches()) {
			throw node.invalid("'" + text + "' has no unit: s, m, h or d",
					"Write the unit: '%1$ss' for seconds, '%1$sm' for minutes, '%1$sh' for hours, '%1$sd' for days."
						.formatted(text));
		}
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException | DateTimeException ex) {
			throw node.invalid("found '" + text + "', which is not a duration",
					"Write a number and its unit, like 30m, 7d or PT1H.");
		}
	}

	static DataSize size(DefinitionNode node, String text) {
		try {
			DataSize size = DataSize.parse(text);
			if (size.toBytes() > 0) {
				return size;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// Reported below
		}
		throw node.invalid("found '" + text + "', which is not a size greater than zero",
				"Write a number and its unit, like 512KB or 10MB.");
	}

}
