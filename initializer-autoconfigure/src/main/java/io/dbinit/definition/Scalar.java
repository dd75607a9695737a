package io.dbinit.definition;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Scalar as it was written, whose value follows from the core schema of YAML 1.2.
 *
 * @param text the text, without quotes and with its escapes resolved
 * @param isPlain whether it stands without quotes
 * @param tag the explicit tag, or {@code null}
 */
record Scalar(String text, boolean isPlain, @Nullable String tag) {

	static final String PREFIX = "tag:yaml.org,2002:";

	static final Scalar NULL = new Scalar("", true, null);

	private static final Pattern NULL_WORD = Pattern.compile("null|Null|NULL|~|");

	private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");

	private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");

	private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

	/** A number of an article or a postal code rather than of an amount. */
	private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9].*");

	private static final Map<String, Double> SPECIAL = Map.of(".inf", Double.POSITIVE_INFINITY, "+.inf",
			Double.POSITIVE_INFINITY, "-.inf", Double.NEGATIVE_INFINITY, ".nan", Double.NaN);

	private static final Pattern SPECIAL_WORD = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

	private static final Pattern TIMESTAMP = Pattern
		.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:(?:[Tt]|[ \\t]+)(\\d{1,2}):(\\d{2}):(\\d{2})(?:\\.(\\d*))?"
				+ "(?:[ \\t]*(Z|[-+]\\d{1,2}(?::?\\d{2})?))?)?");

	private static final int MAX_DIGITS = 1000;

	boolean isNull() {
		return (this.tag != null) ? this.tag.equals(PREFIX + "null")
				: this.isPlain && NULL_WORD.matcher(this.text).matches();
	}

	/**
	 * Return the value.
	 * @return the value
	 * @throws IllegalArgumentException if the text does not match the tag
	 */
	@Nullable Object value() {
		return (this.tag != null) ? tagged(this.tag) : this.isPlain ? plain() : this.text;
	}

	private @Nullable Object plain() {
		if (isNull()) {
			return null;
		}
		if (BOOLEAN.matcher(this.text).matches()) {
			return this.text.equalsIgnoreCase("true");
		}
		if (LEADING_ZERO.matcher(this.text).matches()) {
			return this.text;
		}
		if (INTEGER.matcher(this.text).matches()) {
			return integer();
		}
		if (DECIMAL.matcher(this.text).matches()) {
			return decimal();
		}
		return SPECIAL_WORD.matcher(this.text).matches() ? special() : this.text;
	}

	private @Nullable Object tagged(String tag) {
		String type = tag.startsWith(PREFIX) ? tag.substring(PREFIX.length()) : tag;
		return switch (type) {
			case "str", "!" -> this.text;
			case "null" -> {
				require(NULL_WORD, type);
				yield null;
			}
			case "bool" -> {
				require(BOOLEAN, type);
				yield this.text.equalsIgnoreCase("true");
			}
			case "int" -> {
				require(INTEGER, type);
				yield integer();
			}
			case "float" -> {
				if (SPECIAL_WORD.matcher(this.text).matches()) {
					yield special();
				}
				require(DECIMAL, type);
				yield decimal();
			}
			case "binary" -> binary();
			case "timestamp" -> timestamp().orElseThrow(() -> isNot(type));
			default -> throw new IllegalArgumentException("a single value cannot have the tag '!!" + type + "'");
		};
	}

	private void require(Pattern pattern, String type) {
		if (!pattern.matcher(this.text).matches()) {
			throw isNot(type);
		}
	}

	private IllegalArgumentException isNot(String type) {
		return new IllegalArgumentException("'" + this.text + "' is not a value of the tag '!!" + type + "'");
	}

	private Object integer() {
		requireFewDigits();
		BigInteger number = this.text.startsWith("0x") ? new BigInteger(this.text.substring(2), 16)
				: this.text.startsWith("0o") ? new BigInteger(this.text.substring(2), 8) : new BigInteger(this.text);
		if (number.bitLength() < Integer.SIZE) {
			return number.intValue();
		}
		return (number.bitLength() < Long.SIZE) ? (Object) number.longValue() : number;
	}

	private BigDecimal decimal() {
		requireFewDigits();
		try {
			return new BigDecimal(this.text);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("the exponent of '" + this.text + "' is too large", ex);
		}
	}

	private void requireFewDigits() {
		if (this.text.length() > MAX_DIGITS) {
			throw new IllegalArgumentException("a number has at most " + MAX_DIGITS + " digits");
		}
	}

	private Double special() {
		return SPECIAL.getOrDefault(this.text.toLowerCase(Locale.ROOT), Double.NaN);
	}

	private byte[] binary() {
		try {
			return Base64.getDecoder().decode(this.text.replaceAll("\\s", ""));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("the value of the tag '!!binary' is not Base64: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Return the instant of a text that has a date, a time and an offset.
	 * @return the instant, or empty if this is something else
	 */
	Optional<Instant> instant() {
		if (this.tag != null) {
			return this.tag.equals(PREFIX + "timestamp") ? timestamp() : Optional.empty();
		}
		Matcher matcher = TIMESTAMP.matcher(this.text);
		return (this.isPlain && matcher.matches() && matcher.group(8) != null) ? timestamp() : Optional.empty();
	}

	/**
	 * Read a timestamp by the rules of YAML: at midnight and in UTC, unless written.
	 */
	Optional<Instant> timestamp() {
		Matcher matcher = TIMESTAMP.matcher(this.text);
		if (!matcher.matches()) {
			return Optional.empty();
		}
		try {
			LocalDate date = LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3));
			LocalTime time = LocalTime.of(number(matcher, 4), number(matcher, 5), number(matcher, 6),
					nanos(matcher.group(7)));
			return Optional.of(LocalDateTime.of(date, time).toInstant(offset(matcher.group(8))));
		}
		catch (DateTimeException ex) {
			return Optional.empty();
		}
	}

	private static int number(Matcher matcher, int group) {
		String digits = matcher.group(group);
		return (digits != null) ? Integer.parseInt(digits) : 0;
	}

	private static int nanos(@Nullable String fraction) {
		return (fraction != null) ? Integer.parseInt((fraction + "000000000").substring(0, 9)) : 0;
	}

	private static ZoneOffset offset(@Nullable String offset) {
		if (offset == null || offset.equals("Z")) {
			return ZoneOffset.UTC;
		}
		return ZoneOffset.of((offset.length() == 5 && !offset.contains(":"))
				? offset.substring(0, 3) + ":" + offset.substring(3) : offset);
	}

}
