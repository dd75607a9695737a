package io.dbinit.mongock;

import io.dbinit.Plan;
import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration of the step that runs Mongock. Asks for Mongock as a resource, since
 * a start with nothing to do loads none of its classes.
 *
 * @see MongockProperties
 */
@AutoConfiguration
@ConditionalOnResource(resources = "classpath:io/mongock/api/annotations/ChangeUnit.class")
@ConditionalOnClass(name = "com.mongodb.client.MongoClient")
@ConditionalOnBooleanProperty(name = { "db-init.enabled", "db-init.mongock.enabled" }, matchIfMissing = true)
@EnableConfigurationProperties({ MongockProperties.class, DatabasesProperties.class })
public final class MongockStepAutoConfiguration {

	@Bean
	static MongockAdoption dbInitMongockAdoption(ConfigurableListableBeanFactory beans, ObjectProvider<Plan> plan) {
		return new MongockAdoption(beans, plan);
	}

	@Bean
	@Order(110)
	PlanCustomizer dbInitMongock(MongockProperties properties, DatabasesProperties databases,
			ConfigurableListableBeanFactory beans, Environment environment, ResourceLoader resources,
			MongockAdoption adoption) {
		return new MongockPlan(properties, databases, beans, environment, resources, adoption);
	}

}
