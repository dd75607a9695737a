package io.dbinit.actuate;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Makes the initializer a member of the readiness group, unless the user's own
 * configuration says who its members are, and never of the liveness group: a container
 * that is restarted because a migration takes long would never finish it.
 * <p>
 * Has to come after the post-processor that adds the groups, which has the lowest
 * precedence too; the order of the auto-configurations decides between equals.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProbesPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final String contributor;

	private final boolean readinessIsConfigured;

	ProbesPostProcessor(String contributor, Environment environment) {
		this.contributor = contributor;
		this.readinessIsConfigured = Binder.get(environment)
			.bind("management.endpoint.health.group.readiness", Bindable.mapOf(String.class, Object.class))
			.isBound();
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		return new ProbeGroups(groups, this.contributor, !this.readinessIsConfigured);
	}

}
