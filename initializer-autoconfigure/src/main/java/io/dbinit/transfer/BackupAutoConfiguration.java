package io.dbinit.transfer;

import java.time.Clock;

import io.dbinit.PlanCustomizer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of backups.
 *
 * @see BackupProperties
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "db-init.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BackupProperties.class)
public final class BackupAutoConfiguration {

	@Bean
	Backups dbInitBackups(BackupProperties properties) {
		return new Backups(properties, Clock.systemUTC());
	}

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnBooleanProperty("db-init.backup.before-migration")
	PlanCustomizer dbInitBackupPlanCustomizer(Backups backups) {
		return (plan) -> plan.databaseNames()
			.forEach((database) -> plan.step(database, new BackupStep(backups, plan.application())));
	}

}
