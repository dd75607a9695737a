package io.dbinit;

import java.util.List;
import java.util.Optional;

/**
 * A step that does what another one does, for a subclass to change a part of it.
 */
public abstract class DelegatingStep implements Step {

	private final Step delegate;

	/**
	 * Create a step.
	 * @param delegate the other one
	 */
	protected DelegatingStep(Step delegate) {
		this.delegate = delegate;
	}

	@Override
	public String name() {
		return this.delegate.name();
	}

	@Override
	public Phase phase() {
		return this.delegate.phase();
	}

	@Override
	public String fingerprint() {
		return this.delegate.fingerprint();
	}

	@Override
	public boolean isUpToDate(String recorded) {
		return this.delegate.isUpToDate(recorded);
	}

	@Override
	public String keptFingerprint(String recorded) {
		return this.delegate.keptFingerprint(recorded);
	}

	@Override
	public Optional<String> remark(String recorded) {
		return this.delegate.remark(recorded);
	}

	@Override
	public String plannedFingerprint() {
		return this.delegate.plannedFingerprint();
	}

	@Override
	public List<Definition> definitions() {
		return this.delegate.definitions();
	}

	@Override
	public RunPolicy runPolicy() {
		return this.delegate.runPolicy();
	}

	@Override
	public boolean isRequired() {
		return this.delegate.isRequired();
	}

	@Override
	public void inspect(StepContext context) throws Exception {
		this.delegate.inspect(context);
	}

	@Override
	public Optional<Ledger> ledger() {
		return this.delegate.ledger();
	}

	@Override
	public boolean isPending(StepContext context) throws Exception {
		return this.delegate.isPending(context);
	}

	@Override
	public List<PlannedChange> plan(StepContext context) throws Exception {
		return this.delegate.plan(context);
	}

	@Override
	public void run(StepContext context) throws Exception {
		this.delegate.run(context);
	}

}
