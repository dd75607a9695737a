package io.dbinit.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches unless {@code db-init.enabled} is {@code false}, and fails if it is neither
 * {@code true} nor {@code false}.
 */
class OnEnabledCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean enabled = new PropertyReader(context.getEnvironment()).read("db-init.enabled", Boolean.class, true);
		return new ConditionOutcome(enabled,
				ConditionMessage.forCondition("Initializer").because("'db-init.enabled' is " + enabled));
	}

}
