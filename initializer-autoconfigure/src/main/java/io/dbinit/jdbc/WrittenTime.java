package io.dbinit.jdbc;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Date, time or both as they were written, independent of every time zone.
 *
 * @param date the date, or {@code null}
 * @param time the time, or {@code null}
 * @param offset the offset from UTC, or {@code null}
 */
record WrittenTime(@Nullable LocalDate date, @Nullable LocalTime time, @Nullable ZoneOffset offset) {

	private static final String DATE = "(?<year>\\d{4})-(?<month>\\d{1,2})-(?<day>\\d{1,2})";

	private static final String TIME = "(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:\\.(?<fraction>\\d{1,9})\\d*)?)?"
			+ "(?:\\s*(?<offset>[Zz]|[-+]\\d{1,2}(?::?\\d{2})?))?";

	private static final Pattern DATE_AND_TIME = Pattern.compile(DATE + "(?:(?:[Tt]|\\s+)" + TIME + ")?");

	private static final Pattern TIME_ALONE = Pattern.compile(TIME);

	/**
	 * Read a text.
	 * @param text the text
	 * @return the date or time, or {@code null} if the text has another form, which the
	 * database may understand
	 */
	static @Nullable WrittenTime parse(String text) {
		try {
			Matcher both = DATE_AND_TIME.matcher(text.strip());
			if (both.matches()) {
				LocalDate date = LocalDate.of(number(both, "year"), number(both, "month"), number(both, "day"));
				return new WrittenTime(date, (both.group("hour") != null) ? time(both) : null,
						offset(both.group("offset")));
			}
			Matcher alone = TIME_ALONE.matcher(text.strip());
			return alone.matches() ? new WrittenTime(null, time(alone), offset(alone.group("offset"))) : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static LocalTime time(Matcher matcher) {
		String fraction = matcher.group("fraction");
		int nanos = (fraction != null) ? Integer.parseInt((fraction + "00000000").substring(0, 9)) : 0;
		return LocalTime.of(number(matcher, "hour"), number(matcher, "minute"), number(matcher, "second"), nanos);
	}

	private static int number(Matcher matcher, String group) {
		String digits = matcher.group(group);
		return (digits != null) ? Integer.parseInt(digits) : 0;
	}

	private static @Nullable ZoneOffset offset(@Nullable String text) {
		if (text == null || text.equalsIgnoreCase("Z")) {
			return (text != null) ? ZoneOffset.UTC : null;
		}
		String digits = text.substring(1).replace(":", "");
		String hours = (digits.length() % 2 == 0) ? digits : "0" + digits;
		return ZoneOffset.of(text.charAt(0) + hours);
	}

	/**
	 * Return the value for a kind of column.
	 * @param kind the kind
	 * @return the value, or {@code null} if there is none of that kind
	 */
	@Nullable Object as(ColumnKind kind) {
		LocalDate date = this.date;
		LocalTime time = this.time;
		ZoneOffset zone = (this.offset != null) ? this.offset : ZoneOffset.UTC;
		if (date == null) {
			return (time == null) ? null : (kind == ColumnKind.TIME) ? time
					: (kind == ColumnKind.OFFSET_TIME) ? OffsetTime.of(time, zone) : null;
		}
		LocalDateTime dateTime = date.atTime((time != null) ? time : LocalTime.MIDNIGHT);
		return switch (kind) {
			case DATE -> date;
			case DATE_TIME -> dateTime;
			case INSTANT -> OffsetDateTime.of(dateTime, zone);
			default -> null;
		};
	}

}
