package io.dbinit.seed;

import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;

import io.dbinit.Fingerprint;
import io.dbinit.StepContext;
import org.jspecify.annotations.Nullable;

/**
 * A seed whose data stands in a file.
 *
 * @param location where it is defined, for messages
 * @param data what to write
 */
record FileSeed(String location, String id, String description, String database, Set<String> environments,
		boolean isRequired, Set<String> dependsOn, SeedData data) implements Seed {

	@Override
	public String version() {
		return Fingerprint.of("%s %s %s %s".formatted(this.data.target(), this.data.mode(), this.data.key(),
				canonical(this.data.rows())));
	}

	/**
	 * A date's own text would depend on the time zone of the host.
	 */
	private static Object canonical(@Nullable Object value) {
		if (value instanceof Date date) {
			return date.toInstant();
		}
		if (value instanceof Collection<?> list) {
			return list.stream().map(FileSeed::canonical).toList();
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet().stream().map((entry) -> entry.getKey() + "=" + canonical(entry.getValue())).toList();
		}
		return (value instanceof String text) ? "'" + text + "'" : String.valueOf(value);
	}

	@Override
	public void apply(StepContext context) throws Exception {
		int written = context.unwrap(SeedWriter.class).write(this.data);
		if (written > 0) {
			context.changed("%d of %d into '%s'".formatted(written, this.data.rows().size(), this.data.target()));
		}
	}

}
