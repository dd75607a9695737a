package io.dbinit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The plans of an application that were attempted on a database, in relation to the plan
 * of this start. It orders releases of which neither version nor time tells which one is
 * older: a plan that was followed by another one is older than that.
 */
final class PlanHistory {

	/** The number of plans that a database remembers of each application. */
	static final int KEPT = 50;

	private static final Duration TURNS = Duration.ofHours(1);

	private final List<Step> steps;

	private final List<PlanRecord> plans;

	/**
	 * Create a history.
	 * @param steps the steps of this start
	 * @param plans the plans that were attempted, newest first
	 */
	PlanHistory(List<Step> steps, List<PlanRecord> plans) {
		this.steps = steps;
		this.plans = plans;
	}

	/**
	 * Return the newest plan.
	 */
	Optional<PlanRecord> newest() {
		return this.plans.stream().findFirst();
	}

	boolean isNewest() {
		return newest().filter(this::isPlan).isPresent();
	}

	/**
	 * Return the record of the plan of this start, if another one has superseded it.
	 */
	Optional<PlanRecord> superseded() {
		return isNewest() ? Optional.empty()
				: this.plans.stream().filter((plan) -> !plan.reverted() && isPlan(plan)).findFirst();
	}

	/**
	 * Return the steps that differ between two plans that replicas of one build apply in
	 * turn, once they have done so three times within an hour. The plan of this start is
	 * not among the recorded ones yet.
	 * @param release the release of this start
	 * @param now the present time
	 * @return the names of the steps, none if the plans do not alternate
	 */
	List<String> alternating(Release release, Instant now) {
		if (release.time() == null || this.plans.size() < 3) {
			return List.of();
		}
		List<PlanRecord> turns = this.plans.subList(0, 3);
		boolean recent = turns.get(2).seenAt().isAfter(now.minus(TURNS));
		boolean sameRelease = turns.stream().allMatch((plan) -> plan.release().equals(release));
		boolean alternate = isPlan(turns.get(1)) && turns.get(0).steps().equals(turns.get(2).steps());
		return (recent && sameRelease && alternate) ? differences(turns.get(0)) : List.of();
	}

	private List<String> differences(PlanRecord other) {
		TreeSet<String> names = new TreeSet<>(other.steps().keySet());
		for (Step step : this.steps) {
			if (isStep(step, other)) {
				names.remove(step.name());
			}
			else {
				names.add(step.name());
			}
		}
		return List.copyOf(names);
	}

	private boolean isPlan(PlanRecord plan) {
		return plan.steps().size() == this.steps.size() && this.steps.stream().allMatch((step) -> isStep(step, plan));
	}

	private static boolean isStep(Step step, PlanRecord plan) {
		String recorded = plan.steps().get(step.name());
		return recorded != null && step.isUpToDate(recorded) && Marker.isSame(step, recorded);
	}

	/**
	 * Return the steps of this start as a plan is recorded.
	 */
	Map<String, String> fingerprints() {
		return this.steps.stream().collect(Collectors.toMap(Step::name, Step::plannedFingerprint));
	}

}
