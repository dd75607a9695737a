package io.dbinit.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.dbinit.Causes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a bean that is a part of the plan, like a step or a seed, and that needs a
 * bean which waits for the databases.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class InitializerCycleFailureAnalyzer implements FailureAnalyzer {

	private static final String WAITED_FOR = DependentBeansConfiguration.BEAN_NAME;

	private static final String PLAN = "dbInitPlan";

	/** How the beans of the starter begin. */
	private static final String OWN = "dbInit";

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		List<String> beans = new ArrayList<>();
		for (Throwable cause : Causes.of(failure)) {
			if (cause instanceof BeanCreationException ex && ex.getBeanName() != null) {
				beans.add(ex.getBeanName());
			}
		}
		return (isCycle(Causes.root(failure)) && beans.contains(PLAN) && beans.contains(WAITED_FOR))
				? analysis(failure, beans) : null;
	}

	/**
	 * Spring finds a bean that is being created, or dependencies that are circular.
	 */
	private static boolean isCycle(Throwable root) {
		return root instanceof BeanCurrentlyInCreationException || root instanceof BeanCreationException
				&& String.valueOf(root.getMessage()).contains("Circular depends-on");
	}

	/**
	 * The part of the plan comes after the plan. The bean that waits comes before the
	 * initializer, for which it waits.
	 */
	private static @Nullable FailureAnalysis analysis(Throwable failure, List<String> beans) {
		int end = beans.lastIndexOf(WAITED_FOR);
		String waiting = (end > 0) ? beans.get(end - 1) : beans.get(beans.size() - 1);
		String part = beans.subList(beans.indexOf(PLAN) + 1, beans.size())
			.stream()
			.filter((bean) -> !bean.startsWith(OWN))
			.findFirst()
			.orElse(waiting);
		if (part.equals(waiting)) {
			return null;
		}
		return new FailureAnalysis(
				"Bean '%s' is a part of the plan of the initializer, and needs bean '%s', which waits for the databases"
					.formatted(part, waiting),
				"Let '%s' take its client from 'StepContext.unwrap' when it runs, or inject '%s' lazily, as 'ObjectProvider' or with '@Lazy'. No database was touched."
					.formatted(part, waiting),
				failure);
	}

}
