package io.dbinit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The point at which the service stops, so that the test can do to it what it wants. What
 * the service does is a sequence of events; system properties choose one.
 * <ul>
 * <li>{@code faults.at}: the number of the event, from 1; 0 stands for none</li>
 * <li>{@code faults.match}: only events that contain a match of this pattern count</li>
 * <li>{@code faults.hold}: milliseconds after which the service goes on; by default it
 * stays until it is killed</li>
 * <li>{@code faults.slow}: milliseconds that every event takes</li>
 * <li>{@code faults.together}: whether to wait for a line of standard input before the
 * databases are looked at</li>
 * <li>{@code faults.trace}: whether every event is printed</li>
 * </ul>
 */
final class FaultPoint {

	private static final long AT = Long.getLong("faults.at", 0);

	private static final Pattern MATCH = Pattern.compile(System.getProperty("faults.match", ""));

	private static final long HOLD = Long.getLong("faults.hold", TimeUnit.DAYS.toMillis(1));

	private static final long SLOW = Long.getLong("faults.slow", 0);

	private static final boolean TRACE = Boolean.getBoolean("faults.trace");

	private static final AtomicLong count = new AtomicLong();

	private FaultPoint() {
	}

	static void reached(String event) {
		if (!MATCH.matcher(event).find()) {
			return;
		}
		long number = count.incrementAndGet();
		if (TRACE) {
			print("EVENT " + number + " " + event);
		}
		if (number == AT) {
			print("AT " + number + " " + event);
			sleep(HOLD);
			print("ON " + number + " " + event);
		}
		else if (SLOW > 0) {
			sleep(SLOW);
		}
	}

	static void awaitOthers() {
		if (Boolean.getBoolean("faults.together")) {
			try {
				System.in.read();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	static long count() {
		return count.get();
	}

	static void print(String line) {
		synchronized (System.out) {
			System.out.println(line.replaceAll("\\s+", " "));
			System.out.flush();
		}
	}

	private static void sleep(long millis) {
		try {
			TimeUnit.MILLISECONDS.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
