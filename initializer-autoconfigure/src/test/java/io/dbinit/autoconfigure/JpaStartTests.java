package io.dbinit.autoconfigure;

import java.util.UUID;

import io.dbinit.Initializer;
import io.dbinit.Report.State;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of an application that already uses Spring Boot with Liquibase and validates its
 * schema with JPA.
 */
@ExtendWith(OutputCaptureExtension.class)
class JpaStartTests {

	private final String url = "jdbc:h2:mem:" + UUID.randomUUID();

	@Test
	void startsFromAnEmptyDatabase() {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(Initializer.class).report().state()).isEqualTo(State.COMPLETE);
			assertThat(context.getBean(EntityManagerFactory.class).isOpen()).isTrue();
			assertThat(context.getBean(JdbcTemplate.class)
				.queryForObject("select count(*) from databasechangelog", Integer.class)).isEqualTo(1);
		}
	}

	@Test
	void namesThePropertyThatHelps(CapturedOutput output) {
		assertThatThrownBy(() -> start("--db-init.run-at=application-runner")).isNotNull();
		assertThat(output).contains("JPA validated the schema before the initializer had made it")
			.contains("missing table [customer]")
			.contains("Set 'db-init.run-at' to 'auto'");
	}

	private ConfigurableApplicationContext start(String... arguments) {
		return new SpringApplicationBuilder(JpaApplication.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.url, "spring.jpa.hibernate.ddl-auto=validate",
					"spring.liquibase.change-log=classpath:io/dbinit/autoconfigure/customer.sql",
					"db-init.mongodb.enabled=false", "spring.main.banner-mode=off")
			.run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EntityScan(basePackageClasses = Customer.class)
	static class JpaApplication {

	}

	@Entity(name = "customer")
	static class Customer {

		@Id
		private Long id;

		private String name;

	}

}
