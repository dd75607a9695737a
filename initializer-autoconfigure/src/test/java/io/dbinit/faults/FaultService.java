package io.dbinit.faults;

import java.util.Set;

import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import io.dbinit.InitializationException;
import io.dbinit.InitializerListener;
import io.dbinit.Report;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.liquibase.LiquibaseStepAutoConfiguration;
import io.dbinit.mongock.MongockStepAutoConfiguration;
import io.dbinit.mongodb.MongoDbAutoConfiguration;
import io.dbinit.seed.Seed;
import io.dbinit.seed.SeedAutoConfiguration;
import io.dbinit.testing.TestSeed;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The service whose starts are disturbed: it makes its database complete, says so on
 * standard output and ends.
 */
final class FaultService {

	private FaultService() {
	}

	public static void main(String[] args) {
		boolean mongo = String.join(" ", args).contains("spring.mongodb.uri");
		SpringApplication application = new SpringApplication(Always.class, mongo ? OnMongo.class : OnSql.class);
		try {
			application.run(args).close();
			FaultPoint.print("EVENTS " + FaultPoint.count());
		}
		catch (Throwable ex) {
			FaultPoint.print("FAILED " + reason(ex));
			System.exit(1);
		}
	}

	/**
	 * Return the packages of the change units, those that need transactions only where
	 * there are any.
	 */
	static String units(boolean transactions) {
		String units = FaultService.class.getPackageName() + ".units.";
		return units + "plain" + (transactions ? "," + units + "transactional" : "");
	}

	private static String reason(Throwable ex) {
		Throwable cause = ex;
		while (!(cause instanceof InitializationException) && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause + ((cause instanceof InitializationException known) ? " " + known.getAction() : "");
	}

	/**
	 * The service on any database.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DbInitAutoConfiguration.class, SeedAutoConfiguration.class })
	static class Always {

		@Bean
		InitializerListener printing() {
			return new Printing();
		}

	}

	/**
	 * Prints what the start does.
	 */
	private static final class Printing implements InitializerListener {

		@Override
		public void started(Report report) {
			FaultPoint.print("STARTED");
			FaultPoint.awaitOthers();
		}

		@Override
		public void waiting(Report.DatabaseReport database) {
			FaultPoint.print("WAITING " + database.waitingFor());
		}

		@Override
		public void stepStarted(String database, Report.StepReport step) {
			FaultPoint.print("STEP " + step.name());
			FaultPoint.reached("step " + step.name());
		}

		@Override
		public void stepEnded(String database, Report.StepReport step) {
			step.changes().forEach((change) -> FaultPoint.print("CHANGED " + step.name() + ": " + change));
			FaultPoint.reached("end of step " + step.name());
		}

		@Override
		public void ended(Report report) {
			if (report.state() == Report.State.COMPLETE) {
				FaultPoint.print("COMPLETE " + report.message());
			}
		}

	}

	/**
	 * The service on an SQL database.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcDatabaseAutoConfiguration.class,
			LiquibaseStepAutoConfiguration.class, LiquibaseAutoConfiguration.class })
	static class OnSql {

		/**
		 * A seed that would leave a trace if it were applied twice, and whose statement
		 * can be made to take long in the server.
		 */
		@Bean
		@ConditionalOnProperty("faults.seed-sql")
		Seed trace(@Value("${faults.seed-sql}") String sql) {
			return TestSeed.sql("trace", "jdbc", sql);
		}

	}

	/**
	 * The service on a MongoDB database.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ MongoAutoConfiguration.class, MongoDbAutoConfiguration.class,
			MongockStepAutoConfiguration.class })
	static class OnMongo {

		@Bean
		MongoClientSettingsBuilderCustomizer telling() {
			return (settings) -> settings.addCommandListener(new Telling());
		}

	}

	private static final class Telling implements CommandListener {

		private static final Set<String> UNTOLD = Set.of("hello", "isMaster", "ismaster", "endSessions", "saslStart",
				"saslContinue", "ping");

		@Override
		public void commandStarted(CommandStartedEvent event) {
			if (!UNTOLD.contains(event.getCommandName())) {
				FaultPoint.reached("before " + event.getCommand().toJson());
			}
		}

		@Override
		public void commandSucceeded(CommandSucceededEvent event) {
			tell(event.getCommandName());
		}

		@Override
		public void commandFailed(CommandFailedEvent event) {
			tell(event.getCommandName());
		}

		private static void tell(String command) {
			if (!UNTOLD.contains(command)) {
				FaultPoint.reached("after " + command);
			}
		}

	}

}
