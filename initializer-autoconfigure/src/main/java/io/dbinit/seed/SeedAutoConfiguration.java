package io.dbinit.seed;

import java.util.ArrayList;
import java.util.List;

import io.dbinit.PlanCustomizer;
import io.dbinit.definition.DatabasesProperties;
import io.dbinit.definition.MissingDatabase;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Auto-configuration of seeding from files and from {@link Seed} beans.
 *
 * @see SeedProperties
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "db-init.seeds.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ DatabasesProperties.class, SeedProperties.class })
public final class SeedAutoConfiguration {

	@Bean
	@Order(300)
	PlanCustomizer dbInitSeeds(SeedProperties properties, DatabasesProperties databases, ResourceLoader resourceLoader,
			Environment environment, ObjectProvider<Seed> beans, ListableBeanFactory beanFactory,
			ObjectProvider<PasswordEncoding> encoding) {
		SeedFiles files = new SeedFiles(resourceLoader, environment, encoding.getIfAvailable());
		List<Seed> seeds = new ArrayList<>(files.read("db-init.seeds.locations", properties.getLocations()));
		databases.getDatabases().forEach((name, database) -> {
			SeedProperties defaults = new SeedProperties();
			defaults.setLocations(List.of());
			SeedProperties own = DatabasesProperties.of(name, "seeds", Bindable.ofInstance(defaults), environment);
			if (own.isEnabled()) {
				files.read("db-init.databases." + name + ".seeds.locations", own.getLocations())
					.forEach((seed) -> seeds.add(seed.in(name)));
			}
		});
		seeds.addAll(beans.orderedStream().toList());
		return new SeedPlan(seeds,
				(seed) -> !(seed instanceof FileSeed file)
						|| file.condition().matches(environment, beanFactory::containsBean),
				(definition, database) -> MissingDatabase.of(definition, database, beanFactory));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(PasswordEncoder.class)
	static class SpringSecurityConfiguration {

		@Bean
		@ConditionalOnBean(PasswordEncoder.class)
		PasswordEncoding dbInitPasswordEncoding(ObjectProvider<PasswordEncoder> encoder) {
			return new PasswordEncoding() {

				@Override
				public String encode(String password) {
					return String.valueOf(encoder.getObject().encode(password));
				}

				@Override
				public boolean matches(String password, String encoded) {
					return encoder.getObject().matches(password, encoded);
				}

			};
		}

	}

}
