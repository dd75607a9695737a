package io.dbinit.sample;

import java.nio.file.Path;
import java.util.List;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The profile {@code mnfst-rag}.
 */
@Tag("sample")
class MnfstRagTests {

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
	void refusesTheKnownPasswordsInProduction() {
		assertThatThrownBy(() -> RunningSample.start("mnfst-rag", this.directory, "--db-init.environment=production"))
			.rootCause()
			.hasMessageContaining("password_hash")
			.hasMessageContaining("first-users.yml");
	}

	@Test
	void takesThePasswordsOfProductionFromTheEnvironment() throws Exception {
		try (RunningSample sample = RunningSample.start("mnfst-rag", this.directory, "--db-init.environment=production",
				"--sample.superadmin-password=Ohtheit5ieVa", "--sample.tenant-admin-password=eegh0Aiquei8")) {
			assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
			assertPassword(sample, "admin@mnfst-rag.com", "Ohtheit5ieVa");
		}
	}

	private void assertComplete(String... arguments) throws Exception {
		try (RunningSample sample = RunningSample.start("mnfst-rag", this.directory, arguments)) {
			assertThat(sample.get("/actuator/db-init").at("/state").asString()).isEqualTo("COMPLETE");
			JdbcClient client = JdbcClient.create(sample.bean(DataSource.class));
			assertThat(client
				.sql("select u.email from users u left join tenants t on t.id = u.tenant_id"
						+ " where t.slug = 'default' or u.role = 'superadmin' order by u.email")
				.query(String.class)
				.list()).isEqualTo(List.of("admin@mnfst-rag.com", "tenant-admin@example.com"));
			assertPassword(sample, "admin@mnfst-rag.com", "admin123");
			assertPassword(sample, "tenant-admin@example.com", "tenant123");
			client.sql("delete from users where role = 'tenant_admin'").update();
		}
		try (RunningSample sample = RunningSample.start("mnfst-rag", this.directory, arguments)) {
			assertThat(sample.get("/actuator/db-init").at("/message").asString()).isEqualTo("Nothing to do");
			assertThat(JdbcClient.create(sample.bean(DataSource.class))
				.sql("select count(*) from users")
				.query(Integer.class)
				.single()).isEqualTo(1);
		}
	}

	private static void assertPassword(RunningSample sample, String email, String password) {
		String stored = JdbcClient.create(sample.bean(DataSource.class))
			.sql("select password_hash from users where email = ?")
			.param(email)
			.query(String.class)
			.single();
		assertThat(stored).startsWith("{bcrypt}");
		assertThat(sample.bean(PasswordEncoder.class).matches(password, stored)).isTrue();
	}

}
