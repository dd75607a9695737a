package io.dbinit.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import io.dbinit.benchmark.Service.Start;

/**
 * All that was measured.
 */
final class Measurements {

	private final Map<Key, List<Start>> starts = new HashMap<>();

	private final Map<Key, List<Long>> replicas = new HashMap<>();

	private final Map<Contender, Integer> failed = new HashMap<>();

	private final Map<Key, Count> counts = new HashMap<>();

	void add(Kind kind, Contender contender, int count, Start start) {
		this.starts.computeIfAbsent(new Key(kind, contender, count), (key) -> new ArrayList<>()).add(start);
	}

	void add(Contender contender, int count, List<Start> replicas, int failed) {
		this.failed.merge(contender, failed, Integer::sum);
		if (replicas.isEmpty()) {
			return;
		}
		long launched = replicas.stream().mapToLong(Start::launched).min().orElseThrow();
		long last = replicas.stream().mapToLong((start) -> start.launched() + start.ready()).max().orElseThrow();
		this.replicas.computeIfAbsent(new Key(Kind.REPLICAS, contender, count), (key) -> new ArrayList<>())
			.add(last - launched);
	}

	void add(Contender contender, int count, Count counted) {
		this.counts.put(new Key(Kind.NOTHING_TO_DO, contender, count), counted);
	}

	boolean has(Kind kind, Contender contender, int count) {
		Key key = new Key(kind, contender, count);
		return this.starts.containsKey(key) || this.replicas.containsKey(key);
	}

	Times work(Kind kind, Contender contender, int count) {
		return times(kind, contender, count, Start::work);
	}

	Times ready(Kind kind, Contender contender, int count) {
		return times(kind, contender, count, Start::ready);
	}

	private Times times(Kind kind, Contender contender, int count, ToLongFunction<Start> time) {
		return Times.ofMicros(this.starts.get(new Key(kind, contender, count))
			.stream()
			.map((start) -> time.applyAsLong(start))
			.toList());
	}

	Times repeated(Contender contender, int count) {
		return Times.ofMicros(this.starts.get(new Key(Kind.NOTHING_TO_DO, contender, count))
			.stream()
			.flatMap((start) -> start.repeated().stream())
			.toList());
	}

	Times lastReplica(Contender contender, int count) {
		return Times.ofMicros(this.replicas.get(new Key(Kind.REPLICAS, contender, count)));
	}

	int failedReplicas(Contender contender) {
		return this.failed.getOrDefault(contender, 0);
	}

	Count count(Contender contender, int count) {
		return this.counts.get(new Key(Kind.NOTHING_TO_DO, contender, count));
	}

	/** What kind of start it was. */
	enum Kind {

		FIRST, NOTHING_TO_DO, REPLICAS

	}

	private record Key(Kind kind, Contender contender, int count) {

	}

	/**
	 * What was counted at a start that had nothing to do.
	 *
	 * @param classes the classes that were loaded
	 * @param calls the statements or commands that the database saw
	 */
	record Count(LoadedClasses classes, List<String> calls) {

	}

}
