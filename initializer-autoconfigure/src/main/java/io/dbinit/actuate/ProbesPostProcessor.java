package io.dbinit.actuate;

import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Makes the initializer a member of the readiness group, one that the application defines
 * included, unless the group excludes it by name. It is never a member of the liveness
 * group: a container that is restarted because a migration takes long would never finish
 * it.
 * <p>
 * Must run after the post-processor that adds the groups, which also has the lowest
 * precedence; the order of the auto-configurations decides between equals.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProbesPostProcessor implements HealthEndpointGroupsPostProcessor {

	private static final Log logger = LogFactory.getLog(ProbesPostProcessor.class);

	private static final String EXCLUDE = "management.endpoint.health.group.readiness.exclude";

	private final String contributor;

	private final boolean addToReadiness;

	ProbesPostProcessor(String contributor, Environment environment, boolean enabled) {
		this.contributor = contributor;
		boolean excluded = Binder.get(environment)
			.bind(EXCLUDE, Bindable.setOf(String.class))
			.orElse(Set.of())
			.contains(contributor);
		this.addToReadiness = enabled && !excluded;
		if (excluded) {
			logger.warn("Readiness does not wait until the databases are complete, as '%s' names '%s'"
				.formatted(EXCLUDE, contributor));
		}
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		return new ProbeGroups(groups, this.contributor, this.addToReadiness);
	}

}
