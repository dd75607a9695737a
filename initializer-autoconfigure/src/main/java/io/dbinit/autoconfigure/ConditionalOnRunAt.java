package io.dbinit.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;

import io.dbinit.autoconfigure.DbInitProperties.RunAt;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if {@code db-init.run-at}, bound as its enum, has one of the given values.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnRunAt.OnRunAtCondition.class)
@interface ConditionalOnRunAt {

	/**
	 * The values that match.
	 */
	RunAt[] value();

	class OnRunAtCondition extends SpringBootCondition {

		static RunAt runAt(Environment environment) {
			return new PropertyReader(environment).read("db-init.run-at", RunAt.class, RunAt.AUTO);
		}

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			RunAt[] wanted = metadata.getAnnotations().get(ConditionalOnRunAt.class).getEnumArray("value", RunAt.class);
			RunAt found = runAt(context.getEnvironment());
			return new ConditionOutcome(Arrays.asList(wanted).contains(found),
					ConditionMessage.forCondition(ConditionalOnRunAt.class).because("'db-init.run-at' is " + found));
		}

	}

}
