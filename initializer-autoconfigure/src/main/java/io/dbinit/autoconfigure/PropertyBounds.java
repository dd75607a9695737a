package io.dbinit.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

import static java.util.Map.entry;

/**
 * Least and greatest value of a property, which is a duration or a number.
 *
 * @param least the least value
 * @param greatest the greatest value
 */
record PropertyBounds(String least, String greatest) {

	private static final Map<String, PropertyBounds> BOUNDS = Map.ofEntries(
			entry("concurrency", new PropertyBounds("1", "1000")), //
			entry("lock.lease", new PropertyBounds("1s", "1d")), //
			entry("backup.retention.age", new PropertyBounds("1m", "36500d")), //
			entry("backup.retention.count", new PropertyBounds("0", "10000")), //
			entry("early.after", new PropertyBounds("0s", "1h")), //
			entry("jdbc.lock-timeout", new PropertyBounds("0s", "1h")), //
			entry("jdbc.lock-retry", new PropertyBounds("0s", "7d")), //
			entry("lock.poll", new PropertyBounds("10ms", "1h")), //
			entry("lock.wait", new PropertyBounds("0s", "365d")), //
			entry("mongock.lock-renewal", new PropertyBounds("1s", "1d")), //
			entry("mongock.lock-wait", new PropertyBounds("0s", "365d")), //
			entry("wait.attempt", new PropertyBounds("10ms", "1h")), //
			entry("wait.interval", new PropertyBounds("1ms", "1h")), //
			entry("wait.limit", new PropertyBounds("0s", "365d")), //
			entry("wait.max-interval", new PropertyBounds("1ms", "1h")), //
			entry("wait.multiplier", new PropertyBounds("1", "100")));

	/**
	 * Return the bounds of a property.
	 * @param property the property
	 * @return its bounds, or {@code null} if it has none
	 */
	static @Nullable PropertyBounds of(PropertyType property) {
		return BOUNDS.get(property.path());
	}

	boolean contain(Object value) {
		if (value instanceof Duration duration) {
			return duration.compareTo(DurationStyle.detectAndParse(this.least)) >= 0
					&& duration.compareTo(DurationStyle.detectAndParse(this.greatest)) <= 0;
		}
		double number = ((Number) value).doubleValue();
		return number >= Double.parseDouble(this.least) && number <= Double.parseDouble(this.greatest);
	}

	@Override
	public String toString() {
		return this.least + " and " + this.greatest;
	}

}
