package io.dbinit.benchmark;

import java.util.Arrays;
import java.util.List;

/**
 * Times that were measured of one thing, in milliseconds.
 *
 * @param sorted the times, the shortest first
 */
record Times(double... sorted) {

	static Times ofMicros(List<Long> micros) {
		return new Times(micros.stream().mapToDouble((time) -> time / 1000.0).sorted().toArray());
	}

	double median() {
		int middle = this.sorted.length / 2;
		return (this.sorted.length % 2 == 1) ? this.sorted[middle]
				: (this.sorted[middle - 1] + this.sorted[middle]) / 2;
	}

	double spread() {
		return this.sorted[this.sorted.length - 1] - this.sorted[0];
	}

	/** As the median and, in brackets, the least and the most. */
	@Override
	public String toString() {
		return "%s (%s–%s)".formatted(format(median()), format(this.sorted[0]),
				format(this.sorted[this.sorted.length - 1]));
	}

	static String format(double millis) {
		return String.format((Math.abs(millis) < 10) ? "%.1f" : "%,.0f", millis);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Times times && Arrays.equals(this.sorted, times.sorted);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.sorted);
	}

}
