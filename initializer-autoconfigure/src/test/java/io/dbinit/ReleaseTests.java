package io.dbinit;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Release}.
 */
class ReleaseTests {

	private static final Instant EARLY = Instant.parse("2026-03-01T10:00:00.123456Z");

	private static final Instant LATE = Instant.parse("2026-03-02T10:00:00Z");

	@ParameterizedTest
	@CsvSource({ "2.3,2.4,true", "2.4,2.3,false", "2.9,2.10,true", "2.3,2.3,false", "2.3-SNAPSHOT,2.3,true",
			"2.3,2.3.1,true", "a1b2c3,2.4,false", "2.3,a1b2c3,false" })
	void versionTellsWhichIsOlder(String version, String other, boolean older) {
		assertThat(new Release(version, null).isOlderThan(new Release(other, null))).isEqualTo(older);
	}

	@Test
	void timeComesBeforeVersion() {
		assertThat(new Release("2.3.1", LATE).isOlderThan(new Release("2.4", EARLY))).isFalse();
		assertThat(new Release("2.4", EARLY).isOlderThan(new Release("2.3.1", LATE))).isTrue();
		assertThat(new Release("2.3", EARLY).isOlderThan(new Release("2.4", EARLY))).isTrue();
		assertThat(new Release("2.3", EARLY).isOlderThan(new Release("2.4", null))).isTrue();
	}

	@Test
	void nothingTells() {
		assertThat(Release.UNKNOWN.isOlderThan(new Release("2.4", LATE))).isFalse();
		assertThat(new Release("2.4", LATE).isOlderThan(Release.UNKNOWN)).isFalse();
		assertThat(new Release(null, EARLY).isOlderThan(new Release("2.4", null))).isFalse();
	}

	@Test
	void timesHaveThePrecisionOfEveryDatabase() {
		assertThat(new Release("2.3", EARLY).time()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123Z"));
	}

}
