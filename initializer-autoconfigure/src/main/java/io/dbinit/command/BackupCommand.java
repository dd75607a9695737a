package io.dbinit.command;

import java.util.ArrayList;
import java.util.List;

import io.dbinit.DatabaseStatus;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.transfer.Backups;
import io.dbinit.transfer.Manifest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes backups.
 */
@Command(name = "backup",
		description = { "Makes a backup of each database, without its lock, and deletes those that are too old.",
				"Fails if a start works on the database meanwhile." },
		footer = { "", "Examples:", "  java -jar app.jar db-init backup",
				"  java -jar app.jar db-init backup --name=before-release-7 --database=jdbc" })
final class BackupCommand extends BackupsCommand {

	@Option(names = "--name", paramLabel = "NAME", description = "The name of the backup, by default the time.")
	private @Nullable String name;

	@Option(names = "--database", paramLabel = "NAME", description = "The database, all by default.")
	private List<String> databases = new ArrayList<>();

	@Override
	int run(Initializer initializer, Backups backups, Output output) {
		List<DatabaseStatus> all = initializer.status(0);
		List<String> known = all.stream().map(DatabaseStatus::name).toList();
		SelectionOptions.require("database", this.databases, known);
		List<Manifest> made = new ArrayList<>();
		for (DatabaseStatus database : all) {
			if (this.databases.isEmpty() || this.databases.contains(database.name())) {
				made.add(backup(initializer, backups, database));
				backups.prune(database.name());
			}
		}
		output.backups(made, backups);
		return ExitCode.DONE;
	}

	private Manifest backup(Initializer initializer, Backups backups, DatabaseStatus database) {
		if (database.holder() != null) {
			throw new InitializationException("'%s' is worked on by %s".formatted(database.name(), database.holder()),
					"Make the backup once that has ended. Nothing was written.", null);
		}
		return initializer.read(database.name(), (session, marker) -> backups.create(database.name(), this.name,
				initializer.application(), session, marker));
	}

}
