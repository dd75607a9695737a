package io.dbinit.seed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.BiConsumer;

import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.autoconfigure.DbInitAutoConfiguration;
import io.dbinit.jdbc.JdbcDatabaseAutoConfiguration;
import io.dbinit.testing.Servers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.security.crypto.password.PasswordEncoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of references, secrets and generated rows of seeds in an application.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeedApplicationTests {

	private final String url = Servers.h2();

	private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(this.url));

	@TempDir
	private Path folder;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createTables() {
		this.jdbc
			.execute("create table tenants (id integer generated always as identity primary key, slug varchar(20))");
		this.jdbc.execute("""
				create table users (id integer generated always as identity primary key, tenant_id integer,
					parent_id integer, email varchar(80), password varchar(200), name varchar(80), role varchar(20),
					age integer, created_at timestamp with time zone)""");
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					JdbcDatabaseAutoConfiguration.class, SeedAutoConfiguration.class, DbInitAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.url, "db-init.environment=development",
					"db-init.seeds.locations=" + this.folder.toUri());
	}

	@Test
	void aReferenceNamesARowByItsNaturalKey() throws Exception {
		seeds("""
				id: a-users
				table: users
				key: email
				data:
				- { "@label": root, email: root@example.com, tenant_id: { ref: tenants, slug: main } }
				- { email: b@example.com, tenant_id: { ref: tenants, slug: main, column: id }, name: { ref: tenants, slug: main, column: slug } }
				---
				id: b-children
				table: users
				key: email
				depends-on: [a-users]
				data:
				- { email: c@example.com, parent_id: { ref: "@root" } }
				---
				id: c-tenants
				table: tenants
				key: slug
				data: [ { slug: other }, { slug: main } ]
				""");
		complete((initializer, report) -> {
			assertThat(this.jdbc.queryForList("select tenant_id from users where tenant_id is not null", Integer.class))
				.containsExactly(2, 2);
			assertThat(this.jdbc.queryForObject("select name from users where email like 'b%'", String.class))
				.isEqualTo("main");
			assertThat(this.jdbc.queryForObject("select parent_id from users where email like 'c%'", Integer.class))
				.isEqualTo(this.jdbc.queryForObject("select id from users where email like 'root%'", Integer.class));
		});
	}

	@Test
	void aReferenceToNoRowIsNamed() throws Exception {
		seeds("""
				id: users
				table: users
				key: email
				data:
				- { email: b@example.com, tenant_id: { ref: tenants, slug: none } }
				""");
		fails("no row of 'tenants' has this slug", "'data[0].tenant_id'", "5:");
	}

	@Test
	void aReferenceToSeveralRowsIsNamed() throws Exception {
		this.jdbc.update("insert into tenants (slug) values ('a'), ('a')");
		seeds("""
				id: users
				table: users
				key: email
				data:
				- { email: b@example.com, tenant_id: { ref: tenants, slug: a } }
				""");
		fails("more than one row of 'tenants' has this slug");
	}

	@Test
	void anUnknownLabelIsRefusedWhenThePlanIsMade() throws Exception {
		seeds("""
				id: users
				table: users
				key: email
				data:
				- { "@label": root, email: a@example.com }
				- { email: b@example.com, parent_id: { ref: "@rooot" } }
				""");
		fails("no row has the label 'rooot', did you mean 'root'?");
	}

	@Test
	void aReferenceInAFileIsResolved() throws Exception {
		this.jdbc.update("insert into tenants (slug) values ('a')");
		Files.writeString(this.folder.resolve("users.ndjson"), """
				{"email": "a@example.com", "tenant_id": {"ref": "tenants", "slug": "a"}}
				{"email": "b@example.com", "tenant_id": {"ref": "tenants", "slug": "a"}}
				""");
		seeds("{ id: users, table: users, key: email, file: users.ndjson }");
		complete((initializer,
				report) -> assertThat(
						this.jdbc.queryForList("select tenant_id from users order by email", Integer.class))
					.containsExactly(1, 1));
	}

	@Test
	void aPasswordIsEncodedByTheApplication(CapturedOutput output) throws Exception {
		seeds("""
				id: users
				environments: [all]
				table: users
				key: email
				encode: [password]
				data:
				- { email: a@example.com, password: "${users.secret}" }
				""");
		this.runner = this.runner.withUserConfiguration(Encoder.class).withPropertyValues("users.secret=s3cr3t-t3xt");
		complete((initializer, report) -> {
			assertThat(this.jdbc.queryForObject("select password from users", String.class)).isEqualTo("<tx3t-t3rc3s>");
			assertThat(report.toString()).doesNotContain("s3cr3t-t3xt");
			assertThat(initializer.run().message()).isEqualTo("Nothing to do");
		});
		assertThat(output).doesNotContain("s3cr3t-t3xt").doesNotContain("tx3t-t3rc3s");
	}

	@Test
	void aSecretDoesNotChangeTheVersion() throws Exception {
		seeds("""
				id: users
				table: users
				key: email
				secrets: [password]
				data:
				- { email: a@example.com, password: "${users.secret}" }
				""");
		this.runner = this.runner.withPropertyValues("users.secret=one-of-them");
		complete((initializer, report) -> {
		});
		this.runner = this.runner.withPropertyValues("users.secret=another-one");
		complete((initializer, report) -> assertThat(report.message()).isEqualTo("Nothing to do"));
	}

	@Test
	void nothingIsEncodedWithoutAnEncoder() throws Exception {
		seeds("""
				id: users
				table: users
				key: email
				encode: [password]
				data:
				- { email: a@example.com, password: abc }
				""");
		fails("the application has no PasswordEncoder", "4:");
	}

	@Test
	void aDefaultPasswordIsRefusedInProductionInWhicheverFieldItIs() throws Exception {
		seeds("""
				id: users
				environments: [all]
				table: users
				key: email
				secrets: [role]
				data:
				- { email: a@example.com, role: admin123 }
				""");
		this.runner = this.runner.withPropertyValues("db-init.environment=production");
		fails("a default password is refused under the rules of production");
		assertThat(this.jdbc.queryForObject("select count(*) from users", Integer.class)).isZero();
	}

	@Test
	void anEncodedDefaultPasswordIsRefusedInProduction() throws Exception {
		seeds("""
				id: users
				environments: [all]
				table: users
				key: email
				data:
				- { email: a@example.com, password: "{rev}<321nimda>" }
				""");
		this.runner = this.runner.withUserConfiguration(Encoder.class)
			.withPropertyValues("db-init.environment=production");
		fails("a default password is refused under the rules of production");
	}

	@Test
	void aSecretIsGeneratedOnce(CapturedOutput output) throws Exception {
		Path file = this.folder.resolve("password.txt");
		seeds("""
				id: users
				table: users
				key: email
				secrets: [password]
				data:
				- { email: a@example.com, password: { generate: 20, file: "%s" } }
				""".formatted(file));
		complete((initializer, report) -> {
			String secret = this.jdbc.queryForObject("select password from users", String.class);
			assertThat(secret).matches("[A-Za-z0-9]{20}");
			assertThat(file).hasContent(secret + "\n");
			assertThat(output).doesNotContain(secret);
			assertThat(output).contains("a generated secret into '" + file + "'");
		});
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		Files.delete(file);
		this.jdbc.update("delete from users");
		this.jdbc.update("insert into users (email, password) values ('a@example.com', 'mine')");
		this.jdbc.update("delete from db_init_step");
		complete((initializer,
				report) -> assertThat(this.jdbc.queryForObject("select password from users", String.class))
					.isEqualTo("mine"));
		assertThat(file).doesNotExist();
	}

	@Test
	void aSecretIsReadFromAFile() throws Exception {
		Path file = Files.writeString(this.folder.resolve("password.txt"), "from-a-file\n");
		seeds("""
				id: users
				table: users
				key: email
				secrets: [password]
				data:
				- { email: a@example.com, password: { file: "%s" } }
				""".formatted(file));
		complete((initializer,
				report) -> assertThat(this.jdbc.queryForObject("select password from users", String.class))
					.isEqualTo("from-a-file"));
	}

	@Test
	void generatedRowsAreTheSameEachTime() throws Exception {
		seeds(RECIPES);
		complete((initializer, report) -> {
			assertThat(this.jdbc.queryForObject("select count(*) from tenants", Integer.class)).isEqualTo(2);
			assertThat(this.jdbc.queryForObject("select count(distinct email) from users", Integer.class)).isEqualTo(6);
			assertThat(this.jdbc.queryForList("select distinct role from users", String.class)).isSubsetOf("user",
					"admin");
			assertThat(this.jdbc.queryForList("select age from users", Integer.class))
				.allSatisfy((age) -> assertThat(age).isBetween(18, 80));
			assertThat(this.jdbc.queryForObject(
					"select count(*) from users u join tenants t on t.id = u.tenant_id group by t.id fetch first row only",
					Integer.class))
				.isEqualTo(3);
			assertThat(this.jdbc.queryForObject("select max(created_at) < timestamp '2024-05-01 00:00:00' from users",
					Boolean.class))
				.isTrue();
		});
		List<String> emails = this.jdbc.queryForList("select email from users order by id", String.class);
		this.jdbc.update("delete from users");
		this.jdbc.update("delete from tenants");
		this.jdbc.update("delete from db_init_step");
		seeds(RECIPES.replace("age:", "name: { fake: \"#{name.fullName}\" }\n    age:"));
		this.runner = this.runner.withPropertyValues("db-init.seeds.generate.tenants=3");
		complete((initializer, report) -> {
			List<String> more = this.jdbc.queryForList("select email from users order by id", String.class);
			assertThat(more).hasSize(9).startsWith(emails.toArray(String[]::new));
		});
	}

	@Test
	void generatedRowsAreRefusedInProduction() throws Exception {
		seeds(RECIPES.replace("environments: [development]", "environments: [all]"));
		this.runner = this.runner.withPropertyValues("db-init.environment=production");
		fails("generates its rows, which is refused under the rules of production");
	}

	@Test
	void anUnknownParentIsNamed() throws Exception {
		seeds(RECIPES.replace("per: tenants", "per: tenant"));
		fails("no seed 'tenant' has a recipe, did you mean 'tenants'?");
	}

	@Test
	void anUnknownExpressionIsNamed() throws Exception {
		seeds(RECIPES.replace("#{internet.emailAddress}", "#{internet.nothing}"));
		fails("'#{internet.nothing}' cannot be generated");
	}

	private static final String RECIPES = """
			id: tenants
			environments: [development]
			table: tenants
			mode: if-empty
			generate:
			  count: 2
			  fields:
			    slug: { unique: "tenant" }
			---
			id: users
			environments: [development]
			table: users
			key: email
			generate:
			  count: 3
			  per: tenants
			  reference-date: 2024-05-01
			  fields:
			    email: { unique: "#{internet.emailAddress}" }
			    tenant_id: { ref: tenants, slug: { from-parent: slug } }
			    role: { one-of: { user: 9, admin: 1 } }
			    age: { between: [18, 80] }
			    created_at: { ago: 365d }
			""";

	private void seeds(String text) throws IOException {
		Files.writeString(this.folder.resolve("seeds.yml"), text);
	}

	private void complete(BiConsumer<Initializer, Report> assertions) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			Initializer initializer = context.getBean(Initializer.class);
			Report report = initializer.run();
			assertThat(report.state()).isEqualTo(Report.State.COMPLETE);
			assertions.accept(initializer, report);
		});
	}

	private void fails(String... messages) {
		this.runner.run((context) -> {
			Throwable failure = context.getStartupFailure();
			if (failure == null) {
				try {
					context.getBean(Initializer.class).run();
				}
				catch (InitializationException ex) {
					failure = ex;
				}
			}
			assertThat(failure).isNotNull();
			Throwable root = failure;
			while (!(root instanceof InitializationException) && root.getCause() != null) {
				root = root.getCause();
			}
			assertThat(root.getMessage()).contains(messages);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Encoder {

		@Bean
		PasswordEncoder reversing() {
			return new PasswordEncoder() {

				@Override
				public String encode(CharSequence password) {
					return "<" + new StringBuilder(password).reverse() + ">";
				}

				@Override
				public boolean matches(CharSequence password, String encoded) {
					return encoded.replace("{rev}", "").equals(encode(password));
				}

			};
		}

	}

}
