package io.dbinit.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.dbinit.Change;
import io.dbinit.DelegatingStep;
import io.dbinit.Initializer;
import io.dbinit.Phase;
import io.dbinit.Step;
import io.dbinit.StepContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Applies seeds, and nothing else.
 */
@Command(name = "seed", description = "Applies the pending seeds, and nothing else.",
		footer = { "", "Examples:", "  java -jar app.jar db-init seed", "  java -jar app.jar db-init seed presets",
				"  java -jar app.jar db-init seed --again=presets",
				"  java -jar app.jar db-init seed --mark-applied=first-users" })
final class SeedCommand extends AbstractCommand {

	private static final String PREFIX = "seed ";

	@Parameters(arity = "0..*", paramLabel = "ID", description = "The seeds, all by default.")
	private List<String> ids = new ArrayList<>();

	@Option(names = "--again", paramLabel = "ID",
			description = "Applies a seed that is applied, as its mode says. Can be repeated.")
	private List<String> again = new ArrayList<>();

	@Option(names = "--mark-applied", paramLabel = "ID",
			description = "Records a seed as applied, and writes nothing of it. Can be repeated.")
	private List<String> markApplied = new ArrayList<>();

	@Override
	int run(Initializer initializer, Output output) {
		Set<String> named = new LinkedHashSet<>(this.ids);
		named.addAll(this.again);
		named.addAll(this.markApplied);
		requireThere(initializer, named);
		output.report(initializer.select((Selection) (database, step) -> select(step, named)).run("command"));
		return ExitCode.DONE;
	}

	private @Nullable Step select(Step step, Set<String> named) {
		if (step.phase() != Phase.SEED) {
			return null;
		}
		String id = id(step.name());
		if (this.markApplied.contains(id)) {
			return new MarkApplied(step);
		}
		if (this.again.contains(id)) {
			return Again.of(step);
		}
		return (named.isEmpty() || named.contains(id)) ? step : null;
	}

	private static String id(String step) {
		return step.startsWith(PREFIX) ? step.substring(PREFIX.length()) : step;
	}

	private static void requireThere(Initializer initializer, Set<String> named) {
		List<String> known = initializer.report()
			.databases()
			.stream()
			.flatMap((database) -> database.steps().stream())
			.filter((step) -> step.phase() == Phase.SEED)
			.map((step) -> id(step.name()))
			.toList();
		named.stream().filter((id) -> !known.contains(id)).findFirst().ifPresent((id) -> {
			throw new IllegalArgumentException(
					"There is no seed '%s' for this environment, but: '%s'".formatted(id, String.join("', '", known)));
		});
	}

	/**
	 * Is recorded, and does nothing.
	 */
	private static final class MarkApplied extends DelegatingStep {

		MarkApplied(Step step) {
			super(step);
		}

		@Override
		public boolean isUpToDate(String recorded) {
			return false;
		}

		@Override
		public void inspect(StepContext context) {
		}

		@Override
		public void run(StepContext context) {
			context.changed(Change.alter(name(), "marked as applied"));
		}

	}

}
