package io.dbinit.autoconfigure;

import java.util.List;

import io.dbinit.Initializer;
import io.dbinit.Report.State;
import io.dbinit.autoconfigure.JpaStartTests.Customer;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of test slices, and of contexts that no application starts.
 */
class TestSliceTests {

	private static final String CHANGE_LOG = "spring.liquibase.change-log=classpath:io/dbinit/autoconfigure/customer.sql";

	private static final String NO_MONGODB = "db-init.mongodb.enabled=false";

	private static List<String> tables(JdbcTemplate jdbc) {
		return jdbc.queryForList(
				"select lower(table_name) from information_schema.tables where table_schema = 'PUBLIC'", String.class);
	}

	@Nested
	@JdbcTest(properties = { CHANGE_LOG, "db-init.run-at=context-refresh" })
	@ContextConfiguration(classes = Application.class)
	class Slice {

		@Test
		void doesNothing(@Autowired ApplicationContext context, @Autowired JdbcTemplate jdbc) {
			assertThat(context.getBeanProvider(Initializer.class).getIfAvailable()).isNull();
			assertThat(tables(jdbc)).doesNotContain("db_init_database");
		}

	}

	@Nested
	@JdbcTest(properties = CHANGE_LOG)
	@AutoConfigureDbInit
	@ContextConfiguration(classes = Application.class)
	class JdbcSlice {

		@Test
		void isCompleteWhenItAsksForIt(@Autowired Initializer initializer, @Autowired JdbcTemplate jdbc) {
			assertThat(initializer.report().state()).isEqualTo(State.COMPLETE);
			assertThat(tables(jdbc)).contains("customer", "db_init_database");
		}

	}

	@Nested
	@DataJpaTest(
			properties = { CHANGE_LOG, "db-init.run-at=context-refresh", "spring.jpa.hibernate.ddl-auto=validate" })
	@AutoConfigureDbInit
	@ContextConfiguration(classes = Application.class)
	class JpaSlice {

		@Test
		void isCompleteBeforeJpaValidatesTheSchema(@Autowired EntityManager entities) {
			assertThat(entities.find(Customer.class, 1L)).isNull();
		}

	}

	@Nested
	@SpringJUnitConfig(Application.class)
	@TestPropertySource(properties = { CHANGE_LOG, NO_MONGODB, "db-init.run-at=application-runner",
			"spring.datasource.url=jdbc:h2:mem:no-application" })
	class ContextWithoutApplication {

		@Test
		void hasNoRunners(@Autowired Initializer initializer) {
			assertThat(initializer.report().state()).isEqualTo(State.PENDING);
		}

	}

	@Nested
	@SpringJUnitConfig(Application.class)
	@TestPropertySource(
			properties = { CHANGE_LOG, NO_MONGODB, "spring.datasource.url=jdbc:h2:mem:no-application-refresh" })
	class ContextWithoutApplicationAtRefresh {

		@Test
		void isComplete(@Autowired Initializer initializer, @Autowired JdbcTemplate jdbc) {
			assertThat(initializer.report().state()).isEqualTo(State.COMPLETE);
			assertThat(tables(jdbc)).contains("customer");
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EntityScan(basePackageClasses = Customer.class)
	static class Application {

	}

}
