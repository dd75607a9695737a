package io.dbinit.command;

import java.io.Console;
import java.util.Objects;

import io.dbinit.DatabaseStatus;
import io.dbinit.Environment;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.NotAllowedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The consent that a command needs which destroys something. It is asked for on a
 * terminal, and has to be given by an option elsewhere. Under the rules of production the
 * name of the database has to be given, too.
 */
final class Consent {

	@Option(names = "--yes", description = "Does not ask.")
	private boolean yes;

	@Option(names = "--production", paramLabel = "DATABASE",
			description = "The name of the database, needed under the rules of production.")
	private @Nullable String production;

	/**
	 * Return unless consent is missing.
	 * @param initializer the initializer of the application
	 * @param database the name of the database
	 * @param loss what is lost, as a clause
	 * @throws InitializationException if there is no consent
	 */
	void require(Initializer initializer, String database, String loss) {
		DatabaseStatus status = initializer.status(0)
			.stream()
			.filter((candidate) -> candidate.name().equals(database))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no database '" + database + "'"));
		String stamp = Objects.requireNonNullElse(status.marker().environment(), "unknown");
		Environment environment = initializer.environment();
		String question = "'%s' (%s, environment '%s'): %s".formatted(database, status.marker().product(), stamp, loss);
		if ((environment.isProduction() || !environment.matches(stamp)) && !database.equals(this.production)) {
			throw refused(question, "Add '--production %s' if that is meant".formatted(database));
		}
		require(question);
	}

	/**
	 * Return unless consent is missing.
	 * @param question what is about to happen
	 * @throws InitializationException if there is no consent
	 */
	void require(String question) {
		if (!this.yes && !ask(question)) {
			throw refused(question, "Add '--yes' if that is meant");
		}
	}

	private static boolean ask(String question) {
		Console console = System.console();
		if (console == null) {
			return false;
		}
		String answer = console.readLine("%s. Type 'yes' to go on: ", question);
		return "yes".equals(answer);
	}

	private static InitializationException refused(String question, String action) {
		return new NotAllowedException(question, action + ". Nothing was changed.");
	}

}
