package io.dbinit.comparison;

import java.util.List;

/**
 * A technology that uses a database, with an application of it.
 */
enum Technology {

	TEMPLATE(Applications.ByTemplate.class, 1, "org.springframework.boot.jdbc."),

	CLIENT(Applications.ByClient.class, 1, "org.springframework.boot.jdbc."),

	SCRIPTS(Applications.Scripts.class, 1, "", "--spring.sql.init.mode=always",
			"--spring.sql.init.data-locations=classpath:io/dbinit/comparison/data.sql"),

	JPA(Applications.Jpa.class, 2,
			"org.springframework.boot.hibernate.,org.springframework.boot.persistence.,org.springframework.boot.data.jpa.",
			"--spring.jpa.hibernate.ddl-auto=none"),

	JPA_THAT_VALIDATES(Applications.Jpa.class, 2,
			"org.springframework.boot.hibernate.,org.springframework.boot.persistence.,org.springframework.boot.data.jpa.",
			"--spring.jpa.hibernate.ddl-auto=validate"),

	SCHEDULED_METHOD(Applications.ByScheduledMethod.class, 2, ""),

	CONFIGURED_TASK(Applications.ByConfiguredTask.class, 1, ""),

	LIFECYCLE(Applications.ByLifecycle.class, 1, ""),

	KAFKA(Applications.Kafka.class, 1, "org.springframework.boot.kafka."),

	QUARTZ(Applications.Quartz.class, 1, "org.springframework.boot.quartz.", "--spring.quartz.job-store-type=jdbc",
			"--spring.quartz.jdbc.initialize-schema=always"),

	BATCH(Applications.Batch.class, 2, "org.springframework.boot.batch.",
			"--spring.batch.jdbc.initialize-schema=always"),

	SESSION(Applications.Session.class, 1,
			"org.springframework.boot.session.,org.springframework.boot.tomcat.,org.springframework.boot.jdbc.",
			"--spring.main.web-application-type=servlet", "--server.port=0",
			"--spring.session.jdbc.initialize-schema=always"),

	INTEGRATION(Applications.Integration.class, 1, "org.springframework.boot.integration."),

	MODULITH(Applications.Modulith.class, 1,
			"org.springframework.modulith.events.,org.springframework.boot.jdbc.,org.springframework.boot.jackson.",
			"--spring.modulith.events.jdbc.schema-initialization.enabled=true",
			"--spring.modulith.events.republish-outstanding-events-on-restart=true"),

	DB_SCHEDULER(Applications.DbScheduler.class, 1, ""),

	R2DBC_AND_WEBFLUX(Applications.R2dbc.class, 1,
			"org.springframework.boot.r2dbc.,org.springframework.boot.tomcat.,org.springframework.boot.webflux.,"
					+ "org.springframework.boot.reactor.,org.springframework.boot.http.",
			"--spring.main.web-application-type=reactive", "--server.port=0", "--spring.r2dbc.url=r2dbc:h2:mem:///%s",
			"--spring.r2dbc.username=sa");

	private final Class<?> application;

	private final int parts;

	private final String autoConfigurations;

	private final List<String> arguments;

	Technology(Class<?> application, int parts, String autoConfigurations, String... arguments) {
		this.application = application;
		this.parts = parts;
		this.autoConfigurations = autoConfigurations;
		this.arguments = List.of(arguments);
	}

	Class<?> application() {
		return this.application;
	}

	/**
	 * Return how many parts of the application look at the database.
	 */
	int parts() {
		return this.parts;
	}

	/**
	 * Return whether it waits for migrations with plain Spring Boot, too.
	 */
	boolean isOrderedByPlainSpringBoot() {
		return this != R2DBC_AND_WEBFLUX && this != DB_SCHEDULER;
	}

	String autoConfigurations() {
		return this.autoConfigurations;
	}

	/**
	 * Return the arguments of the application.
	 * @param database the name of its database
	 */
	String[] arguments(String database) {
		return this.arguments.stream().map((argument) -> argument.replace("%s", database)).toArray(String[]::new);
	}

}
