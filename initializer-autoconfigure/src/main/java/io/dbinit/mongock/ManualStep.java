package io.dbinit.mongock;

import java.util.List;

import com.mongodb.client.MongoDatabase;
import io.dbinit.Phase;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;

/**
 * Reports a Mongock that only the application's own code can run, and leaves it alone.
 */
final class ManualStep implements Step {

	private final ChangeUnitScanner units;

	private final List<String> beans;

	private final String changeLog;

	ManualStep(ChangeUnitScanner units, List<String> beans, String changeLog) {
		this.units = units;
		this.beans = beans;
		this.changeLog = changeLog;
	}

	@Override
	public String name() {
		return MongockStep.NAME;
	}

	@Override
	public Phase phase() {
		return Phase.MIGRATE;
	}

	@Override
	public String fingerprint() {
		return "left alone";
	}

	@Override
	public void run(StepContext stepContext) {
		ToolContext context = ToolContext.of(stepContext);
		context.versions(ChangeLog.read(context.unwrap(MongoDatabase.class).getCollection(this.changeLog))
			.versions(this.units.active()));
		context.limitation("The application runs Mongock itself, with the beans %s: it is left alone, and runs beside "
			.formatted(this.beans) + "the lock");
	}

}
