package io.dbinit.benchmark;

import java.util.ArrayList;
import java.util.List;

import io.dbinit.benchmark.Measurements.Kind;

/**
 * What was aimed at, and whether it was met.
 */
final class Aims {

	private final Measurements measurements;

	private final List<Integer> counts;

	private final List<String> lines = new ArrayList<>();

	Aims(Measurements measurements, List<Integer> counts) {
		this.measurements = measurements;
		this.counts = counts;
	}

	/**
	 * Return how much longer than the bare connection the work took: medians, in
	 * milliseconds.
	 */
	static double over(Measurements measurements, Contender contender, int count) {
		return measurements.work(Kind.NOTHING_TO_DO, contender, count).median()
				- measurements.work(Kind.NOTHING_TO_DO, contender.bare(), count).median();
	}

	String text() {
		for (int count : this.counts) {
			less(count, 20, Contender.LIQUIBASE_SQL);
			less(count, 20, Contender.LIQUIBASE_YAML);
			less(count, 10, Contender.FLYWAY);
		}
		same(Contender.OURS);
		same(Contender.OURS_MONGODB);
		oneQuery(Contender.OURS);
		oneQuery(Contender.OURS_MONGODB);
		auto();
		return String.join("\n", this.lines) + "\n";
	}

	private void less(int count, int times, Contender other) {
		double ours = over(this.measurements, Contender.OURS, count);
		double others = over(this.measurements, other, count);
		line(others >= times * ours, "%,d migrations: over the bare connection, at least %d times less than %s",
				"%s to %s ms%s".formatted(Times.format(ours), Times.format(others),
						(ours > 0) ? ", %.1f times".formatted(others / ours) : ""),
				count, times, other.title());
	}

	private void same(Contender ours) {
		int least = this.counts.get(0);
		int most = this.counts.get(this.counts.size() - 1);
		double few = over(this.measurements, ours, least);
		double many = over(this.measurements, ours, most);
		double spread = Math.max(spread(ours, least), spread(ours, most));
		line(many - few <= spread,
				"%s: over the bare connection, the same for %,d migrations as for %,d: no further apart than the measurements of one",
				"%s and %s ms, which are spread over %s ms".formatted(Times.format(few), Times.format(many),
						Times.format(spread)),
				database(ours), most, least);
	}

	private double spread(Contender ours, int count) {
		return this.measurements.work(Kind.NOTHING_TO_DO, ours, count).spread();
	}

	private void oneQuery(Contender ours) {
		List<Integer> more = this.counts.stream()
			.map((count) -> calls(ours, count) - calls(ours.bare(), count) + 1)
			.toList();
		line(more.stream().allMatch((calls) -> calls <= 1),
				"%s: at most one query, in addition to those that the client sends in the bare service",
				more.toString(), database(ours));
	}

	/**
	 * The work does not hold the cost of the moment, which comes before.
	 */
	private void auto() {
		double more = this.counts.stream()
			.mapToDouble((count) -> ready(Contender.OURS, count) - ready(Contender.OURS_AT_RUNNER, count))
			.average()
			.orElseThrow();
		line(more <= 5, "the start with `auto`: at most 5 ms longer than with `application-runner`",
				"medians %s ms apart, on average of all numbers of migrations".formatted(Times.format(more)));
		int queries = this.counts.stream()
			.mapToInt((count) -> calls(Contender.OURS, count) - calls(Contender.OURS_AT_RUNNER, count))
			.max()
			.orElseThrow();
		line(queries <= 0, "the start with `auto`: no query more than with `application-runner`",
				"%d more".formatted(queries));
	}

	private double ready(Contender contender, int count) {
		return this.measurements.ready(Kind.NOTHING_TO_DO, contender, count).median();
	}

	private int calls(Contender contender, int count) {
		return this.measurements.count(contender, count).calls().size();
	}

	private static String database(Contender ours) {
		return ours.isSql() ? "PostgreSQL" : "MongoDB";
	}

	private void line(boolean met, String aim, String measured, Object... arguments) {
		this.lines.add("- %s: %s: %s".formatted(met ? "Met" : "**Not met**", aim.formatted(arguments), measured));
	}

}
