package io.dbinit.benchmark;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.dbinit.benchmark.app.BenchmarkApplication;
import io.dbinit.benchmark.app.Commands;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import io.dbinit.testing.Servers;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a JVM loads, and what the databases see, when a service starts that has nothing to
 * do.
 */
@RequiresServer
class NothingToDoTests {

	private static final int MIGRATIONS = 3;

	@TempDir
	private Path folder;

	@Test
	void postgreSqlSeesOneStatementAndNoClassOfLiquibaseIsLoaded() {
		Site.PostgreSql site = new Site.PostgreSql(Servers.postgreSql());
		Service.start(Contender.OURS, MIGRATIONS, List.of(), site.arguments()).await();
		List<String> ofBareService = calls(Contender.SELECT, site);
		List<String> calls = calls(Contender.OURS, site);
		ofBareService.removeIf((call) -> call.startsWith("select"));
		calls.removeAll(ofBareService);
		assertThat(calls).singleElement().asString().startsWith("select").contains("db_init_database");
		assertThat(classes().of("liquibase")).isSubsetOf(namedByTypeOfLiquibaseBean());
		assertThat(classes().of("io.dbinit")).contains("io.dbinit.UpToDateCheck")
			.doesNotContain("io.dbinit.lock.Lock", "io.dbinit.StepContext", "io.dbinit.jdbc.JdbcJournal");
	}

	/**
	 * Spring looks for listeners among the methods of each bean's type, so that the JVM
	 * loads what they name, and one more to verify it; two are conditions of Spring Boot.
	 */
	private static Set<String> namedByTypeOfLiquibaseBean() {
		Set<String> names = new TreeSet<>(Set.of("liquibase.database.DatabaseConnection",
				"liquibase.change.DatabaseChange", "liquibase.integration.spring.Customizer"));
		add(names, SpringLiquibase.class);
		for (Method method : SpringLiquibase.class.getDeclaredMethods()) {
			add(names, method.getReturnType());
			Stream.of(method.getParameterTypes()).forEach((type) -> add(names, type));
			Stream.of(method.getExceptionTypes()).forEach((type) -> add(names, type));
		}
		return names;
	}

	private static void add(Set<String> names, Class<?> type) {
		if (type != null && names.add(type.getName())) {
			add(names, type.getSuperclass());
			Stream.of(type.getInterfaces()).forEach((parent) -> add(names, parent));
		}
	}

	private List<String> calls(Contender contender, Site.PostgreSql site) {
		site.forgetStatements();
		start(contender, site, List.of());
		return new ArrayList<>(site.calls());
	}

	@Test
	void mongoDbSeesOneCommandAndNoClassOfMongockIsLoaded() {
		Site site = new Site.MongoDbSite(MongoDb.database());
		Service.start(Contender.OURS_MONGODB, MIGRATIONS, List.of(), site.arguments()).await();
		Service service = start(Contender.OURS_MONGODB, site,
				List.of("-D" + BenchmarkApplication.MORE + "=" + Commands.class.getName()));
		List<String> commands = service.lines(Commands.COMMAND);
		// What a client sends when it is closed
		commands.removeIf((command) -> command.contains("\"endSessions\""));
		assertThat(commands).singleElement().asString().contains("\"aggregate\": \"_system_init\"");
		assertThat(classes().of("io.mongock", "com.github.cloudyrock", "org.reflections", "javassist")).isEmpty();
		site.drop();
	}

	private Service start(Contender contender, Site site, List<String> jvm) {
		List<String> options = new ArrayList<>(jvm);
		options.add(LoadedClasses.option(this.folder.resolve("classes.txt")));
		Service service = Service.start(contender, MIGRATIONS, options, site.arguments());
		service.await();
		if (!contender.isBare()) {
			assertThat(service.lines("MESSAGE")).containsExactly("MESSAGE Nothing to do");
		}
		return service;
	}

	private LoadedClasses classes() {
		return LoadedClasses.read(this.folder.resolve("classes.txt"));
	}

}
