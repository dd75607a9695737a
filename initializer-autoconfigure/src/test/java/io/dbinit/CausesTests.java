package io.dbinit;

import java.io.IOException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Causes}.
 */
class CausesTests {

	private final IOException root = new IOException("root");

	private final IllegalStateException middle = new IllegalStateException("middle", this.root);

	private final RuntimeException outer = new RuntimeException("outer", this.middle);

	@Test
	void walksFromTheExceptionToItsRoot() {
		assertThat(Causes.of(this.outer)).containsExactly(this.outer, this.middle, this.root);
		assertThat(Causes.root(this.outer)).isSameAs(this.root);
		assertThat(Causes.root(this.root)).isSameAs(this.root);
	}

	@Test
	void findsTheOutermostOfAType() {
		assertThat(Causes.find(this.outer, RuntimeException.class)).containsSame(this.outer);
		assertThat(Causes.find(this.outer, IllegalStateException.class)).containsSame(this.middle);
		assertThat(Causes.find(this.outer, InitializationException.class)).isEmpty();
		assertThat(Causes.anyMatch(this.outer, this.root::equals)).isTrue();
		assertThat(Causes.anyMatch(this.middle, this.outer::equals)).isFalse();
	}

	@Test
	void endsWhereAChainContainsItself() {
		Exception first = new Exception("first");
		Exception second = new Exception("second", first);
		first.initCause(second);
		assertThat(Causes.of(first)).containsExactly(first, second);
	}

}
