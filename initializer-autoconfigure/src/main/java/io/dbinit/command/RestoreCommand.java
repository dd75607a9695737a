package io.dbinit.command;

import io.dbinit.Environment;
import io.dbinit.Initializer;
import io.dbinit.NotAllowedException;
import io.dbinit.transfer.Backups;
import io.dbinit.transfer.Manifest;
import io.dbinit.transfer.RestoreStep;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Restores a backup.
 */
@Command(name = "restore",
		description = { "Replaces the contents of a database by those of a backup, whose files are verified before.",
				"The next start compares the whole database with the declarations of the application." },
		footer = { "", "Examples:", "  java -jar app.jar db-init restore 20261128-031500-123 --yes",
				"  java -jar app.jar db-init restore before-release-7 --drop --database=jdbc" })
final class RestoreCommand extends BackupsCommand {

	@Parameters(paramLabel = "NAME", description = "The name of the backup.")
	private String name = "";

	@Option(names = "--database", paramLabel = "NAME",
			description = "The database of the backup, if several have one of this name.")
	private @Nullable String database;

	@Option(names = "--into", paramLabel = "DATABASE",
			description = "The database into which it is restored, by default its own.")
	private @Nullable String into;

	@Option(names = "--drop", description = "Drops what the database holds. A backup of it is made before.")
	private boolean drop;

	@Option(names = "--from-environment", paramLabel = "NAME",
			description = "The environment of the backup, if it is not that of this process.")
	private @Nullable String fromEnvironment;

	@Mixin
	private final Consent consent = new Consent();

	@Override
	int run(Initializer initializer, Backups backups, Output output) {
		Manifest backup = backups.verified(this.name, this.database);
		String into = (this.into != null) ? this.into : backup.database();
		requireSameEnvironment(initializer.environment(), backup);
		this.consent.require(initializer, into, "its contents are replaced by those of the backup '%s' of %s"
			.formatted(backup.name(), backup.createdAt()));
		output.report(initializer.run(into, new RestoreStep(backups, backup, this.drop)));
		return ExitCode.DONE;
	}

	private void requireSameEnvironment(Environment environment, Manifest backup) {
		String stamp = backup.environment();
		if (stamp != null && !environment.matches(stamp) && !stamp.equals(this.fromEnvironment)) {
			throw new NotAllowedException(
					"The backup '%s' holds the data of the environment '%s', and this process is in '%s'"
						.formatted(backup.name(), stamp, environment.name()),
					"Add '--from-environment=%s' if that is meant. Nothing was changed.".formatted(stamp));
		}
	}

}
