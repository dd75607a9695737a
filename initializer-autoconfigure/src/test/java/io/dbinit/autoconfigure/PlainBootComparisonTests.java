package io.dbinit.autoconfigure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import jakarta.annotation.PostConstruct;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Comparison of the schema that the parts of an application see with plain Spring Boot
 * and with the starter, on an empty database and with a migration pending.
 */
class PlainBootComparisonTests {

	private static final String FIRST = "classpath:io/dbinit/autoconfigure/customer.sql";

	private static final String SECOND = "classpath:io/dbinit/autoconfigure/customer-and-order.sql";

	private static final Map<String, Integer> SEEN = new ConcurrentHashMap<>();

	private static final List<CountDownLatch> SCHEDULED = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@ValueSource(strings = { "", "--spring.jpa.hibernate.ddl-auto=validate", "--spring.main.lazy-initialization=true",
			"--spring.threads.virtual.enabled=true" })
	void eachPartSeesAtLeastWhatItSeesWithPlainSpringBoot(String argument) throws Exception {
		Map<String, Integer> plain = seen(argument, false);
		Map<String, Integer> starter = seen(argument, true);
		assertThat(plain).containsKeys("1 empty: scheduled", "2 pending: scheduled", "1 empty: lifecycle");
		assertThat(starter.keySet()).isEqualTo(plain.keySet());
		assertThat(starter)
			.allSatisfy((part, tables) -> assertThat(tables).as(part).isGreaterThanOrEqualTo(plain.get(part)));
		assertThat(starter.get("1 empty: scheduled")).isEqualTo(1);
		assertThat(starter.get("2 pending: scheduled")).isEqualTo(2);
	}

	@Test
	void scriptsSeeTheSchema() {
		for (boolean starter : new boolean[] { false, true }) {
			try (ConfigurableApplicationContext context = start(starter, "jdbc:h2:mem:" + UUID.randomUUID(), FIRST,
					"--spring.sql.init.mode=always",
					"--spring.sql.init.data-locations=classpath:io/dbinit/autoconfigure/data.sql")) {
				assertThat(context.getBean(DataSourceScriptDatabaseInitializer.class)).isNotNull();
				assertThat(context.getBean(JdbcTemplate.class)
					.queryForObject("select count(*) from customer", Integer.class)).isEqualTo(1);
			}
		}
	}

	private static Map<String, Integer> seen(String argument, boolean starter) throws Exception {
		String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
		Map<String, Integer> seen = new TreeMap<>();
		for (String changeLog : List.of(FIRST, SECOND)) {
			String prefix = changeLog.equals(FIRST) ? "1 empty: " : "2 pending: ";
			SEEN.clear();
			CountDownLatch scheduled = new CountDownLatch(1);
			SCHEDULED.add(scheduled);
			try (ConfigurableApplicationContext context = start(starter, url, changeLog, argument)) {
				assertThat(scheduled.await(1, TimeUnit.MINUTES)).isTrue();
			}
			SEEN.forEach((part, tables) -> seen.put(prefix + part, tables));
		}
		return seen;
	}

	private static ConfigurableApplicationContext start(boolean starter, String url, String changeLog,
			String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + url, "spring.datasource.generate-unique-name=false",
					"spring.liquibase.change-log=" + changeLog, "spring.jpa.hibernate.ddl-auto=none",
					"db-init.enabled=" + starter, "db-init.mongodb.enabled=false", "spring.main.banner-mode=off")
			.run(arguments);
	}

	private static void see(String part, DataSource dataSource) {
		SEEN.computeIfAbsent(part, (name) -> new JdbcTemplate(dataSource).queryForList("""
				select table_name from information_schema.tables
				where lower(table_name) in ('customer', 'customer_order')""").size());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@EntityScan(basePackageClasses = JpaStartTests.Customer.class)
	static class Application {

		@Bean
		ByTemplate byTemplate(JdbcTemplate template) {
			return new ByTemplate(template);
		}

		@Bean
		String byClient(JdbcClient client, DataSource dataSource) {
			see("client", dataSource);
			return "client";
		}

		@Bean
		Long byEntityManager(EntityManagerFactory factory, DataSource dataSource) {
			see("entity manager", dataSource);
			return 1L;
		}

		@Bean
		Listener listener(DataSource dataSource) {
			return new Listener(dataSource);
		}

		@Bean
		ApplicationRunner runner(DataSource dataSource) {
			return (arguments) -> see("runner", dataSource);
		}

	}

	static class ByTemplate {

		private final JdbcTemplate template;

		ByTemplate(JdbcTemplate template) {
			this.template = template;
		}

		@PostConstruct
		void load() {
			see("template", this.template.getDataSource());
		}

	}

	/**
	 * A container of message listeners has such a phase.
	 */
	static class Listener implements SmartLifecycle {

		private final DataSource dataSource;

		private boolean running;

		Listener(DataSource dataSource) {
			this.dataSource = dataSource;
		}

		@Override
		public void start() {
			this.running = true;
			see("lifecycle", this.dataSource);
		}

		@Scheduled(fixedDelay = 20)
		void run() {
			see("scheduled", this.dataSource);
			SCHEDULED.forEach(CountDownLatch::countDown);
		}

		@EventListener(ContextRefreshedEvent.class)
		void refreshed() {
			see("event", this.dataSource);
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return Integer.MAX_VALUE - 100;
		}

	}

}
