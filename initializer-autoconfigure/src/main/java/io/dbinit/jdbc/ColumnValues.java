package io.dbinit.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dbinit.definition.DefinitionNode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonWriter;

/**
 * Reads the values of seed data as the kind of their column says: texts as they were
 * written, numbers exactly, dates and times without regard to the time zone of the
 * process.
 */
final class ColumnValues {

	private static final Set<String> TRUE = Set.of("true", "yes", "on", "y", "t", "1");

	private static final Set<String> FALSE = Set.of("false", "no", "off", "n", "f", "0");

	private static final Map<String, Double> SPECIAL = Map.of(".nan", Double.NaN, "nan", Double.NaN, ".inf",
			Double.POSITIVE_INFINITY, "inf", Double.POSITIVE_INFINITY, "infinity", Double.POSITIVE_INFINITY);

	private static final Pattern RADIX = Pattern.compile("([-+]?)0([xob])([0-9a-fA-F]+)");

	private static final Pattern SEPARATOR = Pattern.compile("(?<=\\d)_(?=\\d)");

	private static final int MAX_LONG_DIGITS = 18;

	private static final int MAX_DIGITS = 2000;

	private ColumnValues() {
	}

	/**
	 * Return whether a value is {@code null}.
	 */
	static boolean isNull(@Nullable Object value) {
		return value == null || value instanceof DefinitionNode node && node.isNull();
	}

	/**
	 * Return whether a value is true or false, and not only a text that says so.
	 */
	static boolean isFlag(Object value) {
		return scalar(value) instanceof Boolean;
	}

	/**
	 * Return whether a value is a point in time.
	 */
	static boolean hasOffset(Object value) {
		WrittenTime time = WrittenTime.parse(text(value));
		return time != null && time.offset() != null;
	}

	/**
	 * Read a value.
	 * @param kind the kind of the column
	 * @param value the value, not null
	 * @return a {@link String}, {@link BigInteger}, {@link BigDecimal}, {@link Double}
	 * (infinite or not a number), {@link Boolean}, {@code byte[]}, or a date or time
	 * @throws IllegalArgumentException if it is no such value
	 */
	static Object read(ColumnKind kind, Object value) {
		return switch (kind) {
			case INTEGER -> integer(text(value));
			case DECIMAL, FLOAT -> number(text(value));
			case BOOLEAN -> flag(text(value));
			case BINARY -> (scalar(value) instanceof byte[] bytes) ? bytes : text(value);
			case DATE, TIME, OFFSET_TIME, DATE_TIME, INSTANT -> time(kind, text(value));
			case JSON -> json(value);
			case TEXT, ARRAY, OTHER -> text(value);
		};
	}

	/**
	 * A text must be JSON itself, but a number need not be written as in JSON.
	 */
	private static String json(Object value) {
		return (scalar(value) instanceof Number) ? String.valueOf(plain(value)) : text(value);
	}

	/**
	 * Read the elements of an array.
	 * @return the elements, or {@code null} if the value is not a list
	 */
	static @Nullable List<@Nullable Object> elements(Object value) {
		if (value instanceof DefinitionNode node) {
			return node.isList() ? new ArrayList<>(node.elements()) : null;
		}
		return (value instanceof Collection<?> list) ? new ArrayList<>(list) : null;
	}

	/**
	 * Return a value as text, maps and lists as JSON.
	 */
	static String text(Object value) {
		if (isStructure(value)) {
			return JsonWriter.standard().writeToString(plain(value));
		}
		if (scalar(value) instanceof byte[] bytes) {
			return Base64.getEncoder().encodeToString(bytes);
		}
		if (value instanceof DefinitionNode node) {
			return node.text();
		}
		if (value instanceof BigDecimal number) {
			return number.toPlainString();
		}
		return (value instanceof Date date) ? text(date) : value.toString();
	}

	private static String text(Date date) {
		if (date instanceof java.sql.Timestamp timestamp) {
			return timestamp.toLocalDateTime().toString();
		}
		// Those of java.sql are a date or a time alone
		return (date.getClass() == Date.class) ? date.toInstant().toString() : date.toString();
	}

	private static boolean isStructure(Object value) {
		return value instanceof Map || value instanceof Collection
				|| value instanceof DefinitionNode node && !node.isScalar();
	}

	private static @Nullable Object scalar(Object value) {
		return (value instanceof DefinitionNode node && node.isScalar()) ? node.value() : value;
	}

	/**
	 * Return a value as JSON has it.
	 */
	private static @Nullable Object plain(@Nullable Object value) {
		if (value == null || isNull(value)) {
			return null;
		}
		if (value instanceof DefinitionNode node && node.isMap()) {
			return plain(node.entries());
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> plain = new LinkedHashMap<>();
			map.forEach((key, element) -> plain.put(String.valueOf(key), plain(element)));
			return plain;
		}
		List<@Nullable Object> elements = elements(value);
		if (elements != null) {
			List<@Nullable Object> plain = new ArrayList<>();
			elements.forEach((element) -> plain.add(plain(element)));
			return plain;
		}
		Object scalar = scalar(value);
		if (scalar instanceof Double number && !Double.isFinite(number)
				|| scalar instanceof Float other && !Float.isFinite(other)) {
			throw new IllegalArgumentException("JSON has no number '" + text(value) + "'");
		}
		return (scalar instanceof Number || scalar instanceof Boolean) ? scalar : text(value);
	}

	private static Object number(String text) {
		String digits = SEPARATOR.matcher(text.strip()).replaceAll("");
		String lower = digits.toLowerCase(Locale.ROOT);
		boolean signed = lower.startsWith("-") || lower.startsWith("+");
		Double special = SPECIAL.get(signed ? lower.substring(1) : lower);
		if (special != null) {
			return lower.startsWith("-") ? Double.valueOf(-special) : special;
		}
		Matcher radix = RADIX.matcher(digits);
		try {
			if (radix.matches()) {
				return new BigDecimal(new BigInteger(radix.group(1) + radix.group(3), radix(radix.group(2))));
			}
			BigDecimal number = new BigDecimal(digits);
			if (Math.abs((long) number.scale()) + number.precision() > MAX_DIGITS) {
				throw new IllegalArgumentException("it has more than " + MAX_DIGITS + " digits");
			}
			return number;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("it is not a number");
		}
	}

	private static int radix(String letter) {
		return letter.equals("x") ? 16 : letter.equals("o") ? 8 : 2;
	}

	private static BigInteger integer(String text) {
		boolean simple = !text.isEmpty() && text.length() <= MAX_LONG_DIGITS
				&& text.chars().allMatch((c) -> c >= '0' && c <= '9');
		return simple ? BigInteger.valueOf(Long.parseLong(text)) : integer(number(text));
	}

	private static BigInteger integer(Object number) {
		try {
			if (number instanceof BigDecimal decimal) {
				return decimal.toBigIntegerExact();
			}
		}
		catch (ArithmeticException ex) {
			// Reported below
		}
		throw new IllegalArgumentException("it is not a whole number");
	}

	private static Boolean flag(String text) {
		String word = text.strip().toLowerCase(Locale.ROOT);
		if (!TRUE.contains(word) && !FALSE.contains(word)) {
			throw new IllegalArgumentException("it is neither true nor false");
		}
		return TRUE.contains(word);
	}

	private static Object time(ColumnKind kind, String text) {
		WrittenTime written = WrittenTime.parse(text);
		Object time = (written != null) ? written.as(kind) : null;
		return (time != null) ? time : text;
	}

}
