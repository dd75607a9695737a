package io.dbinit.structure;

import java.util.List;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.Phase;
import io.dbinit.Mismatch;
import io.dbinit.Step;
import io.dbinit.StepContext;

/**
 * Runs checks of a database, all of them, then fails if any problem was found.
 */
public final class VerifyStep implements Step {

	private final String name;

	private final List<Check> checks;

	/**
	 * Create a step.
	 * @param name the name of the step, like {@code verify tables}
	 * @param checks the checks of one database
	 */
	public VerifyStep(String name, List<Check> checks) {
		this.name = name;
		this.checks = List.copyOf(checks);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Phase phase() {
		return Phase.VERIFY;
	}

	@Override
	public String fingerprint() {
		return this.checks.stream().map(Check::fingerprint).collect(Collectors.joining("\n"));
	}

	@Override
	public void run(StepContext context) throws Exception {
		for (Check check : this.checks) {
			check.check(context);
		}
		List<Mismatch> mismatches = context.mismatches();
		if (!mismatches.isEmpty()) {
			throw new InitializationException(
					"%s not as declared: %s".formatted(
							(mismatches.size() == 1) ? "1 thing is" : mismatches.size() + " things are",
							mismatches.stream().map(Mismatch::toString).collect(Collectors.joining("; "))),
					"Correct the database, or the definition of the thing that is named.", null);
		}
	}

}
