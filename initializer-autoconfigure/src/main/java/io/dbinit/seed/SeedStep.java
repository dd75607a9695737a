package io.dbinit.seed;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.dbinit.Change;
import io.dbinit.Definition;
import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.RunPolicy;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.seed.SeedData.Mode;

/**
 * Applies a seed, once for each of its versions unless its mode says otherwise.
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
		return switch (mode()) {
			case ONCE -> true;
			case ALWAYS -> false;
			default -> isVersion(recorded);
		};
	}

	@Override
	public String keptFingerprint(String recorded) {
		return isVersion(recorded) ? fingerprint() : recorded;
	}

	@Override
	public Optional<String> remark(String recorded) {
		return (mode() == Mode.ONCE && !isVersion(recorded)) ? Optional
			.of("Seed '%s' has changed since it was applied, and is not applied again, as its mode is 'once'"
				.formatted(this.seed.id())) : defaultPassword();
	}

	private Optional<String> defaultPassword() {
		List<DefinitionNode> passwords = (this.seed instanceof FileSeed file)
				? DefaultPasswords.in(file.data(), file.secrets()) : List.of();
		return passwords.stream().findFirst().map(this::describe);
	}

	private Optional<String> defaultPasswordInFile() {
		return (this.seed instanceof FileSeed file) ? DefaultPasswords.inFile(file.data()).map(this::describe)
				: Optional.empty();
	}

	private String describe(DefinitionNode password) {
		return "Seed '%s' has a default password at %s, which production refuses: change it".formatted(this.seed.id(),
				password.where());
	}

	@Override
	public boolean isPending(StepContext context) {
		String recorded = context.marker().steps().get(name());
		return recorded == null || (mode() != Mode.ONCE && !isVersion(recorded));
	}

	private Mode mode() {
		return (this.seed instanceof FileSeed file) ? file.data().mode() : Mode.INSERT;
	}

	private boolean isVersion(String recorded) {
		return (this.seed instanceof FileSeed file) ? file.isVersion(recorded) : recorded.equals(fingerprint());
	}

	@Override
	public RunPolicy runPolicy() {
		return RunPolicy.ON_CHANGE;
	}

	@Override
	public List<Definition> definitions() {
		return (this.seed instanceof FileSeed file)
				? List.of(new Definition("seed '%s' of '%s'".formatted(file.id(), file.data().target()), file.version(),
						file.definition().where()))
				: List.of();
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
					"Connect to a database of this environment, set 'db-init.environment' to '%1$s', or, if this is a copy, start once with 'db-init.restamp-from=%1$s'. Nothing was changed."
						.formatted(stamp),
					null);
		}
		if (this.seed instanceof FileSeed file && !context.marker().isUpToDate(this)) {
			if (context.environment().isProduction()) {
				DefaultPasswords.in(file.data(), file.secrets()).stream().findFirst().ifPresent(SeedStep::refuse);
				file.encodedDefaultPassword().ifPresent(SeedStep::refuse);
				DefaultPasswords.inFile(file.data()).ifPresent(SeedStep::refuse);
			}
			file.check(context);
		}
	}

	private static void refuse(DefinitionNode password) {
		throw password.invalid("a default password is refused under the rules of production",
				"Write a placeholder, and set it to a password of your own.");
	}

	@Override
	public List<PlannedChange> plan(StepContext context) {
		String text = "seed '%s'".formatted(this.seed.id());
		if (!(this.seed instanceof FileSeed file)) {
			return List.of(new PlannedChange(Change.write(this.seed.id(), text)));
		}
		return List.of(new PlannedChange(
				Change.write(file.data().target(),
						"%s into '%s', mode %s".formatted(text, file.data().target(),
								file.data().mode().name().toLowerCase(Locale.ROOT).replace('_', '-'))),
				context.marker().steps().containsKey(name()) ? "it has changed since it was applied" : null, List.of(),
				List.of()));
	}

	@Override
	public void run(StepContext context) throws Exception {
		defaultPassword().or(this::defaultPasswordInFile).ifPresent(context::limitation);
		this.seed.apply(context);
	}

}
