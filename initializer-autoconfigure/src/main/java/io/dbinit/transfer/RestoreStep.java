package io.dbinit.transfer;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.dbinit.Change;
import io.dbinit.InitializationException;
import io.dbinit.Mismatch;
import io.dbinit.NotAllowedException;
import io.dbinit.Phase;
import io.dbinit.RunPolicy;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;

/**
 * Replaces the contents of a database by those of a backup.
 * <ol>
 * <li>The files of the backup, the product of the database, and the tools are checked
 * before anything is touched.</li>
 * <li>A database that holds anything is backed up.</li>
 * <li>The database is marked as one that holds a part of a backup. A process that dies
 * from now on leaves a database that no start takes for complete.</li>
 * <li>The contents are replaced and counted.</li>
 * <li>The mark is replaced by the records that the backup has.</li>
 * </ol>
 */
public final class RestoreStep implements Step {

	private final Backups backups;

	private final Manifest backup;

	private final boolean drop;

	/**
	 * Create a step.
	 * @param backups the backups
	 * @param backup the one to restore, whose files were verified
	 * @param drop whether what the database holds may be dropped
	 */
	public RestoreStep(Backups backups, Manifest backup, boolean drop) {
		this.backups = backups;
		this.backup = backup;
		this.drop = drop;
	}

	@Override
	public String name() {
		return "restore";
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
	public void inspect(StepContext context) throws Exception {
		String product = context.marker().product();
		if (!kind(product).equals(kind(this.backup.product()))) {
			throw new NotAllowedException(
					"The backup '%s' is of %s, and '%s' is %s".formatted(this.backup.name(), this.backup.product(),
							context.database(), product),
					"Restore it into a database of the same product. Nothing was changed.");
		}
		Dumper dumper = context.unwrap(Dumper.class);
		if (!this.drop && !dumper.count().isEmpty()) {
			throw new NotAllowedException("'%s' is not empty".formatted(context.database()),
					"Add '--drop' to replace its contents, of which a backup is made before. Nothing was changed.");
		}
		dumper.checkRestore(this.backups.options());
	}

	private static String kind(String product) {
		return product.split(" ", 2)[0];
	}

	@Override
	public void run(StepContext context) throws Exception {
		Dumper dumper = context.unwrap(Dumper.class);
		ToolContext tool = ToolContext.of(context);
		if (!dumper.count().isEmpty() && context.marker().partialRestore().isEmpty()) {
			context.progress("making a backup of what is there");
			Manifest before = this.backups.create(context.database(), this.backups.name(Backups.BEFORE_RESTORE),
					this.backup.application(), dumper, tool::records, context.marker());
			context.changed(Change.create(before.name(), "backup '%s'".formatted(before.name())));
		}
		tool.beginRestore(this.backup.name());
		context.progress("restoring '%s'".formatted(this.backup.name()));
		dumper.restore(this.backups.dump(this.backup), this.backups.options());
		context.progress("counting what was restored");
		requireSame(context, dumper.count());
		tool.endRestore(this.backup.records());
		context
			.changed(Change.write(context.database(), "everything from the backup '%s'".formatted(this.backup.name())));
	}

	private void requireSame(StepContext context, Map<String, Long> restored) {
		Map<String, Long> missing = new TreeMap<>(this.backup.rows());
		restored.forEach((name, count) -> {
			Long expected = missing.remove(name);
			boolean isCounted = expected != null && expected >= 0 && !this.backup.withoutData().contains(name);
			if (expected == null || (isCounted && !Objects.equals(expected, count))) {
				context
					.mismatch(new Mismatch(name, (expected != null) ? expected + " rows" : "absent", count + " rows"));
			}
		});
		missing.keySet().forEach((name) -> context.mismatch(new Mismatch(name, "present", "absent")));
		if (!context.mismatches().isEmpty()) {
			throw new InitializationException(
					"What was restored is not what the backup '%s' says: %s".formatted(this.backup.name(),
							context.mismatches()),
					"Restore it again, or another backup: '%s' holds a part of it.".formatted(context.database()),
					null);
		}
	}

}
