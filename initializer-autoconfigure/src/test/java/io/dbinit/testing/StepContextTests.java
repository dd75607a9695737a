package io.dbinit.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.dbinit.Change;
import io.dbinit.Environment;
import io.dbinit.Marker;
import io.dbinit.Mismatch;
import io.dbinit.Phase;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A step of an application in a unit test of its own: outside of the engine's package,
 * with a context that the test implements.
 */
class StepContextTests {

	@Test
	void aStepCanBeTestedWithoutTheEngine() throws Exception {
		Properties client = new Properties();
		RecordingContext context = new RecordingContext(client);
		TestStep step = new TestStep("greeting", Phase.STRUCTURE, (it) -> {
			it.checkLock();
			it.progress("greeting");
			it.change(Change.create("greeting", "create 'greeting'"),
					() -> it.unwrap(Properties.class).setProperty("greeting", it.environment().name()));
			it.limitation("Nobody answers");
			it.mismatch(new Mismatch("answer", "one", "none"));
		});
		step.inspect(context);
		assertThat(step.isPending(context)).isTrue();
		step.run(context);
		assertThat(client).isEqualTo(Map.of("greeting", "test"));
		assertThat(context.told).containsExactly("create 'greeting'", "Nobody answers",
				"answer: wanted one, found none");
	}

	@Test
	void aToolNeedsTheEngine() {
		assertThatIllegalArgumentException().isThrownBy(() -> ToolContext.of(new RecordingContext(new Properties())))
			.withMessage("'context' must be the one that the engine gave to the step");
	}

	private record RecordingContext(Properties client, List<String> told) implements StepContext {

		RecordingContext(Properties client) {
			this(client, new ArrayList<>());
		}

		@Override
		public String database() {
			return "memory";
		}

		@Override
		public Environment environment() {
			return Environment.of("test");
		}

		@Override
		public <T> T unwrap(Class<T> type) {
			return type.cast(this.client);
		}

		@Override
		public Marker marker() {
			return Marker.none("memory", false);
		}

		@Override
		public void changed(Change change) {
			this.told.add(change.text());
		}

		@Override
		public void mismatch(Mismatch mismatch) {
			this.told.add(mismatch.toString());
		}

		@Override
		public List<Mismatch> mismatches() {
			return List.of();
		}

		@Override
		public void limitation(String limitation) {
			this.told.add(limitation);
		}

	}

}
