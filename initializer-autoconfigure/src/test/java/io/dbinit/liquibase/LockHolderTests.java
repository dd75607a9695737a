package io.dbinit.liquibase;

import java.lang.management.ManagementFactory;
import java.util.Date;
import java.util.List;

import io.dbinit.liquibase.LockHolder.Session;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LockHolder}.
 */
class LockHolderTests {

	private static final Session OWN = new Session("127.0.0.1", 1.0, "db-init: me");

	private static final Date BEFORE = new Date(ManagementFactory.getRuntimeMXBean().getStartTime() - 1000);

	private static final Date AFTER = new Date();

	@Test
	void isGoneWhenOnlyInitializersAreConnected() {
		assertThat(isGone("host (10.0.0.1)", AFTER)).isTrue();
		assertThat(isGone("whatever", AFTER, new Session("10.0.0.1", 100.0, "db-init:host:1"))).isTrue();
	}

	@Test
	void isGoneWhenNobodyIsConnectedFromItsAddress() {
		assertThat(isGone("host (10.0.0.1)", AFTER, new Session("10.0.0.2", 100.0, ""))).isTrue();
		assertThat(isGone("host (10.0.0.1)", AFTER, new Session("10.0.0.1", 100.0, ""))).isFalse();
	}

	@Test
	void isInDoubtWhenAddressesAreNotShownOrNotUnderstood() {
		assertThat(isGone("host (10.0.0.1)", AFTER, new Session(null, null, ""))).isFalse();
		assertThat(isGone("host", AFTER, new Session("10.0.0.2", 100.0, ""))).isFalse();
		assertThat(isGone("host (pod-1)", AFTER, new Session("10.0.0.2", 100.0, ""))).isFalse();
		assertThat(isGone("host (10.0.0.1)", AFTER, new Session("pod-2", 100.0, ""))).isFalse();
	}

	@Test
	void isInDoubtBehindAProxy() {
		Session own = new Session("10.9.9.9", 1.0, "");
		assertThat(new LockHolder("host (10.0.0.1)", AFTER).isGone(own, List.of(new Session("10.0.0.2", 100.0, ""))))
			.isFalse();
	}

	@Test
	void isGoneWhenItWasOnThisHostBeforeThisProcessAndHasNoSession() {
		Session ofThisProcess = new Session("127.0.0.1", 0.0, "");
		Session older = new Session("127.0.0.1", 1_000_000.0, "");
		await();
		assertThat(isGone("host (127.0.0.1)", BEFORE, ofThisProcess)).isTrue();
		assertThat(isGone("host (127.0.0.1)", BEFORE, ofThisProcess, older)).isFalse();
		assertThat(isGone("host (127.0.0.1)", BEFORE, new Session("127.0.0.1", null, ""))).isFalse();
		assertThat(isGone("host (127.0.0.1)", AFTER, ofThisProcess)).isFalse();
	}

	/**
	 * A session that began within a second of the process may belong to any client.
	 */
	private static void await() {
		org.awaitility.Awaitility.await().until(() -> ManagementFactory.getRuntimeMXBean().getUptime() > 1100);
	}

	private static boolean isGone(String name, Date since, Session... others) {
		return new LockHolder(name, since).isGone(OWN, List.of(others));
	}

}
