package io.dbinit.transfer;

import java.util.List;

import io.dbinit.Change;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.RunPolicy;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;

/**
 * Makes a backup before a start changes anything, and only then.
 */
final class BackupStep implements Step {

	private final Backups backups;

	private final String application;

	BackupStep(Backups backups, String application) {
		this.backups = backups;
		this.application = application;
	}

	@Override
	public String name() {
		return "backup";
	}

	@Override
	public Phase phase() {
		return Phase.BACKUP;
	}

	@Override
	public String fingerprint() {
		return "";
	}

	@Override
	public RunPolicy runPolicy() {
		return RunPolicy.WITH_OTHERS;
	}

	@Override
	public boolean isPending(StepContext context) {
		return false;
	}

	@Override
	public List<PlannedChange> plan(StepContext context) {
		return List.of();
	}

	@Override
	public void run(StepContext context) throws Exception {
		Dumper dumper = context.unwrap(Dumper.class);
		if (dumper.count().isEmpty()) {
			context.progress("nothing to back up yet");
			return;
		}
		context.progress("making a backup");
		Manifest backup = this.backups.create(context.database(), this.backups.name(Backups.BEFORE_MIGRATION),
				this.application, dumper, ToolContext.of(context)::records, context.marker());
		context.changed(Change.create(backup.name(), "backup '%s', %s in %d ms".formatted(backup.name(),
				Backups.text(this.backups.size(backup)), backup.duration().toMillis())));
		this.backups.prune(context.database());
	}

}
