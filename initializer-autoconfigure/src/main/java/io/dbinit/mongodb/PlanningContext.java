package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.List;

import io.dbinit.Change;
import io.dbinit.CheckedRunnable;
import io.dbinit.Environment;
import io.dbinit.Marker;
import io.dbinit.Mismatch;
import io.dbinit.PlannedChange;
import io.dbinit.StepContext;
import org.bson.Document;

/**
 * The context of changes that are planned and not made: commands are collected in place
 * of being sent.
 */
final class PlanningContext implements StepContext {

	private final StepContext context;

	private final List<PlannedChange> planned = new ArrayList<>();

	private final List<String> commands = new ArrayList<>();

	PlanningContext(StepContext context) {
		this.context = context;
	}

	List<PlannedChange> planned() {
		return this.planned;
	}

	/**
	 * Collect a command of the change that is being made.
	 */
	void send(Document command) {
		this.commands.add(command.toJson());
	}

	@Override
	public void change(Change change, CheckedRunnable action) throws Exception {
		this.commands.clear();
		action.run();
		this.planned.add(new PlannedChange(change, null, this.commands, List.of()));
	}

	@Override
	public void changed(Change change) {
		throw new IllegalStateException("Nothing is changed");
	}

	@Override
	public String database() {
		return this.context.database();
	}

	@Override
	public Environment environment() {
		return this.context.environment();
	}

	@Override
	public <T> T unwrap(Class<T> type) {
		return this.context.unwrap(type);
	}

	@Override
	public Marker marker() {
		return this.context.marker();
	}

	@Override
	public void mismatch(Mismatch mismatch) {
		this.context.mismatch(mismatch);
	}

	@Override
	public List<Mismatch> mismatches() {
		return this.context.mismatches();
	}

	@Override
	public void limitation(String limitation) {
		this.context.limitation(limitation);
	}

}
