package io.dbinit.mongock;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.mongodb.client.MongoDatabase;
import io.dbinit.ToolContext;
import io.dbinit.lock.LeaseLostException;

/**
 * Runs the Mongock that the application has defined itself.
 */
final class AdoptedMigration implements Migration {

	private final List<String> runners;

	private final MongockAdoption adoption;

	private final String changeLog;

	AdoptedMigration(List<String> runners, MongockAdoption adoption, String changeLog) {
		this.runners = runners;
		this.adoption = adoption;
		this.changeLog = changeLog;
	}

	@Override
	public void run(ToolContext context) {
		context.limitation("The application's own Mongock works through the application's client, "
				+ "which is not cut off when the lock is lost");
		List<String> before = read(context).ids();
		context.intend(RUN);
		try {
			for (String runner : this.runners) {
				context.progress("bean '" + runner + "'");
				context.onCallingThread(() -> this.adoption.run(runner));
			}
		}
		catch (LeaseLostException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw MongockStep.failure("", "", ex);
		}
		finally {
			report(context, before);
		}
	}

	/**
	 * Report the applied change units. Mongock has released its lock by now, also if the
	 * run failed.
	 */
	private void report(ToolContext context, List<String> before) {
		try {
			context.checkLock();
			context.conclude(RUN);
			Set<String> applied = new LinkedHashSet<>(read(context).ids());
			before.forEach(applied::remove);
			applied.forEach((id) -> context.changed(io.dbinit.Change.migrate(id, "change unit '" + id + "'")));
		}
		catch (LeaseLostException ex) {
			// The engine checks the lease after each step
		}
	}

	private ChangeLog read(ToolContext context) {
		return ChangeLog.read(context.unwrap(MongoDatabase.class).getCollection(this.changeLog));
	}

}
