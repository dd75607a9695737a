package io.dbinit.benchmark.app;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;

import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tells each command that is sent to MongoDB.
 */
@Configuration(proxyBeanMethods = false)
public class Commands {

	/** Begins the line that tells a command. */
	public static final String COMMAND = "COMMAND ";

	@Bean
	MongoClientSettingsBuilderCustomizer commandPrinter() {
		return (settings) -> settings.addCommandListener(new CommandListener() {

			@Override
			public void commandStarted(CommandStartedEvent event) {
				System.out.println(COMMAND + event.getCommand().toJson());
			}

		});
	}

}
