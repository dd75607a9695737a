package io.dbinit;

/**
 * Adds databases and steps to the plan. Beans of this type are called in their order,
 * when the plan is built: before anything is connected to.
 */
@FunctionalInterface
public interface PlanCustomizer {

	/**
	 * Add to the plan.
	 * @param plan the plan to add to
	 */
	void customize(Plan.Builder plan);

}
