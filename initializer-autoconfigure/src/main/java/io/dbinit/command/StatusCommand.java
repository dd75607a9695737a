package io.dbinit.command;

import java.time.Duration;
import java.util.List;

import io.dbinit.DatabaseStatus;
import io.dbinit.Initializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import org.springframework.boot.convert.DurationStyle;

/**
 * Shows the state of the databases.
 */
@Command(name = "status", description = "Shows the databases: versions, pending steps, lock and last runs.",
		footer = { "", "Examples:", "  java -jar app.jar db-init status", "  java -jar app.jar db-init status --check",
				"  java -jar app.jar db-init status --wait=10m" })
final class StatusCommand extends AbstractCommand {

	private static final int RUNS = 5;

	@Option(names = "--check", description = "Ends with 2 if a database is not complete.")
	private boolean check;

	@Option(names = "--wait", arity = "0..1", fallbackValue = "10m", paramLabel = "TIME",
			description = "Waits until others have completed the databases, for at most this time (10m by default).",
			converter = TimeConverter.class)
	private @Nullable Duration wait;

	@Override
	int run(Initializer initializer, Output output) {
		if (this.wait != null) {
			initializer.await(this.wait);
		}
		List<DatabaseStatus> databases = initializer.status(RUNS);
		output.status(databases);
		if (databases.stream().anyMatch((database) -> database.error() != null)) {
			return ExitCode.FAILED;
		}
		return (this.check && !databases.stream().allMatch(DatabaseStatus::complete)) ? ExitCode.PENDING
				: ExitCode.DONE;
	}

	/**
	 * Reads a time with its unit.
	 */
	static final class TimeConverter implements picocli.CommandLine.ITypeConverter<Duration> {

		@Override
		public Duration convert(String value) {
			try {
				if (value.matches("[0-9]+")) {
					throw new IllegalArgumentException(value);
				}
				return DurationStyle.detectAndParse(value);
			}
			catch (IllegalArgumentException ex) {
				throw new TypeConversionException(
						"'%s' is not a time with a unit, like '30s' or '10m'".formatted(value));
			}
		}

	}

}
