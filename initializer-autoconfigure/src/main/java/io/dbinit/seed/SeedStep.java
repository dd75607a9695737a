package io.dbinit.seed;

import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Phase;
import io.dbinit.RunPolicy;
import io.dbinit.Step;
import io.dbinit.StepContext;

/**
 * Applies a seed, once for each of its versions.
 */
final class SeedStep implements Step {

	private final Seed seed;

	SeedStep(Seed seed) {
		this.seed = seed;
	}

	@Override
	public String name() {
		return "seed " + this.seed.id();
	}

	@Override
	public Phase phase() {
		return Phase.SEED;
	}

	@Override
	public String fingerprint() {
		return this.seed.version();
	}

	@Override
	public boolean isUpToDate(String recorded) {
		return (this.seed instanceof FileSeed file) ? file.isVersion(recorded) : recorded.equals(fingerprint());
	}

	@Override
	public RunPolicy runPolicy() {
		return RunPolicy.ON_CHANGE;
	}

	@Override
	public boolean isRequired() {
		return this.seed.isRequired();
	}

	@Override
	public void inspect(StepContext context) {
		String stamp = context.marker().environment();
		boolean everywhere = Environment.isEvery(this.seed.environments());
		if (stamp != null && !everywhere && !context.environment().matches(stamp)) {
			throw new InitializationException(
					"Seed '%s' is refused: the environment of '%s' is '%s', but this start's is '%s'"
						.formatted(this.seed.id(), context.database(), stamp, context.environment().name()),
					"Connect to a database of this environment, or set 'db-init.environment' to '" + stamp
							+ "'. Nothing was changed.",
					null);
		}
		if (this.seed instanceof FileSeed file && !context.marker().isUpToDate(this)) {
			file.check(context);
		}
	}

	@Override
	public void run(StepContext context) throws Exception {
		this.seed.apply(context);
	}

}
