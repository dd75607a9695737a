package io.dbinit;

import java.util.List;
import java.util.Map;

/**
 * The journal of a run that cannot write: it records nothing.
 */
final class NoJournal implements Journal {

	@Override
	public void begin(Report.RunReport run, String environment, Release release) {
	}

	@Override
	public List<InDoubt> inDoubt() {
		return List.of();
	}

	@Override
	public void intend(String step, String change) {
	}

	@Override
	public void conclude(String step, String change) {
	}

	@Override
	public void once(String step, String fingerprint, CheckedRunnable work) throws Exception {
		work.run();
	}

	@Override
	public void guard(Object transaction) {
	}

	@Override
	public void forget() {
	}

	@Override
	public void restore(Map<String, Map<String, String>> records) {
	}

	@Override
	public void end(Report.RunReport run, Map<String, String> steps, Map<String, MigrationVersions> versions) {
	}

}
