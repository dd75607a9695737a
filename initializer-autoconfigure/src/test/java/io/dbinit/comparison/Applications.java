package io.dbinit.comparison;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import jakarta.annotation.PostConstruct;
import jakarta.persistence.Entity;

import jakarta.persistence.Id;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.parameters.RunIdIncrementer;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.mongodb.core.ReactiveMongoTemplate;
import org.springframework.data.repository.CrudRepository;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.integration.jdbc.inbound.JdbcPollingChannelAdapter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.session.SessionRepository;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * One application for each technology.
 */
final class Applications {

	static final String COUNT = """
			select count(*) from information_schema.tables
			where lower(table_name) in ('customer', 'customer_order')""";

	private Applications() {
	}

	/**
	 * Look when a bean has been created, and before it is initialized.
	 */
	static BeanPostProcessor created(Class<?> type, String part) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String name) {
				if (type.isInstance(bean)) {
					Seen.now(part);
				}
				return bean;
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class ByTemplate {

		private final JdbcTemplate template;

		ByTemplate(JdbcTemplate template) {
			this.template = template;
		}

		@PostConstruct
		void load() {
			Seen.is("template", this.template.queryForObject(COUNT, Integer.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class ByClient {

		ByClient(JdbcClient client) {
			Seen.is("client", client.sql(COUNT).query(Integer.class).single());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Scripts {

		@Bean
		static BeanPostProcessor scripts() {
			return created(DataSourceScriptDatabaseInitializer.class, "scripts");
		}

	}

	@Entity(name = "customer")
	static class Customer {

		@Id
		Long id;

		String name;

	}

	interface Customers extends CrudRepository<Customer, Long> {

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	@EnableJpaRepositories(considerNestedRepositories = true, basePackageClasses = Customers.class)
	static class Jpa {

		@Bean
		static BeanPostProcessor managers() {
			return created(LocalContainerEntityManagerFactoryBean.class, "entity manager factory");
		}

		@Bean
		Loaded loaded(Customers customers) {
			return new Loaded(customers);
		}

		record Loaded(Customers customers) {

			@PostConstruct
			void load() {
				this.customers.count();
				Seen.now("repository");
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@TechnologyApplication
	static class ByScheduledMethod {

		@Scheduled(fixedDelay = 20)
		void run() {
			Seen.now("scheduled method");
		}

		@EventListener(ContextRefreshedEvent.class)
		void refreshed() {
			Seen.now("refreshed context");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@TechnologyApplication
	static class ByConfiguredTask implements SchedulingConfigurer {

		@Override
		public void configureTasks(ScheduledTaskRegistrar tasks) {
			tasks.addFixedDelayTask(() -> Seen.now("configured task"), Duration.ofMillis(20));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class ByLifecycle {

		@Bean
		SmartLifecycle lifecycle() {
			return new SmartLifecycle() {

				private boolean running;

				@Override
				public void start() {
					this.running = true;
					Seen.now("lifecycle");
				}

				@Override
				public void stop() {
					this.running = false;
				}

				@Override
				public boolean isRunning() {
					return this.running;
				}

			};
		}

	}

	/**
	 * A container with its real phase, and without a broker.
	 */
	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Kafka {

		@Bean
		ConsumerFactory<Object, Object> consumers() {
			return new DefaultKafkaConsumerFactory<>(Map.of()) {

				@Override
				protected Consumer<Object, Object> createRawConsumer(Map<String, Object> properties) {
					Seen.now("message listener");
					return new MockConsumer<>("earliest");
				}

			};
		}

		@KafkaListener(topics = "orders", groupId = "orders")
		void receive(String message) {
			Seen.now("message");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Quartz {

		@Bean
		JobDetail job() {
			return JobBuilder.newJob(Look.class).withIdentity("look").storeDurably().build();
		}

		@Bean
		Trigger trigger(JobDetail job) {
			return TriggerBuilder.newTrigger().forJob(job).startNow().build();
		}

		public static class Look implements org.quartz.Job {

			@Override
			public void execute(JobExecutionContext context) {
				Seen.now("Quartz job");
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Batch {

		@Bean
		static BeanPostProcessor repositories() {
			return created(JobRepository.class, "job repository");
		}

		@Bean
		Job job(JobRepository repository, PlatformTransactionManager transactions) {
			return new org.springframework.batch.core.job.builder.JobBuilder("look", repository)
				.incrementer(new RunIdIncrementer())
				.start(new StepBuilder("look", repository).tasklet((contribution, context) -> {
					Seen.now("batch job");
					return RepeatStatus.FINISHED;
				}, transactions).build())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Session {

		@Bean
		static BeanPostProcessor repositories() {
			return created(SessionRepository.class, "session repository");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Integration {

		@Bean
		IntegrationFlow flow(DataSource dataSource) {
			return IntegrationFlow
				.from(new JdbcPollingChannelAdapter(dataSource, COUNT),
						(source) -> source.poller(Pollers.fixedDelay(20)))
				.handle((message) -> Seen.now("poller"))
				.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class Modulith {

		@Bean
		static BeanPostProcessor repositories() {
			return created(EventPublicationRepository.class, "event registry");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class R2dbc {

		@Bean
		static DataSource dataSource(@Value("${spring.datasource.url}") String url) {
			return DataSourceBuilder.create().url(url).username("sa").build();
		}

		@Bean
		Long tables(DatabaseClient client) {
			Long tables = client.sql(COUNT).mapValue(Long.class).one().block();
			Seen.is("R2DBC client", tables.intValue());
			return tables;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class DbScheduler {

		@Bean
		static BeanPostProcessor schedulers() {
			return created(Scheduler.class, "db-scheduler");
		}

		@Bean(destroyMethod = "stop")
		Scheduler scheduler(DataSource dataSource) {
			return Scheduler.create(dataSource).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@TechnologyApplication
	static class ReactiveMongo {

		@Bean
		List<String> collections(ReactiveMongoTemplate template) {
			return template.getCollectionNames().collectList().block();
		}

	}

}
