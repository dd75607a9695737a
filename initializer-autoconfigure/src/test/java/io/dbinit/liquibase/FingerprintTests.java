package io.dbinit.liquibase;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import io.dbinit.Report;
import io.dbinit.testing.Servers;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the fingerprint of {@link LiquibaseStep}: everything that makes Liquibase find
 * something to do, or fail, must show in it.
 */
@Tag("slow")
class FingerprintTests {

	private static final int MUTATIONS = 4000;

	private static final String PREFIX = "fingerprint.test.";

	private static final Map<String, String> FILES = Map.ofEntries(Map.entry("db/changelog.yaml", """
			databaseChangeLog:
			- property: { file: db/names.properties }
			- property: { name: suffix, value: "${fingerprint.test.suffix}" }
			- include: { file: db/part.xml }
			- include: { file: sub/relative.yaml, relativeToChangelogFile: true }
			- include: { file: db/absent.sql, errorIfMissing: false }
			- includeAll: { path: db/all, errorIfMissingOrEmpty: false }
			- includeAll: { path: db/empty, errorIfMissingOrEmpty: false }
			- changeSet:
			    id: columns
			    author: a
			    changes:
			    - createTable:
			        tableName: ${table}${suffix}
			        remarks: "${fingerprint.test.variable}"
			        columns:
			        - column: { name: id, type: int }
			        - column: { name: name, type: varchar(100) }
			        - column: { name: text, type: clob }
			- changeSet:
			    id: data
			    author: a
			    runOnChange: true
			    changes:
			    - loadData: { file: db/data.csv, tableName: "${table}${suffix}" }
			    - insert:
			        tableName: ${table}${suffix}
			        columns:
			        - column: { name: id, valueNumeric: 7 }
			        - column: { name: text, valueClobFile: clob.txt }
			- changeSet:
			    id: context
			    author: a
			    contextFilter: other
			    labels: some
			    changes:
			    - sql: { sql: "create table of_context (id int)" }
			"""), Map.entry("db/names.properties", "table=person\n"), Map.entry("db/part.xml", """
			<?xml version="1.0" encoding="UTF-8"?>
			<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
				xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
				xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
					http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
				<changeSet id="part" author="a">
					<sqlFile path="db/part.sql"/>
				</changeSet>
			</databaseChangeLog>
			"""), Map.entry("db/part.sql", "create table part (id int);\n"), Map.entry("db/sub/relative.yaml", """
			databaseChangeLog:
			- changeSet:
			    id: relative
			    author: a
			    changes:
			    - createTable:
			        tableName: relative
			        columns:
			        - column: { name: id, type: int }
			        - column: { name: name, type: varchar(100) }
			    - loadData: { file: more/data.csv, relativeToChangelogFile: true, tableName: relative }
			    - sqlFile: { path: ../beside.sql, relativeToChangelogFile: true }
			"""), Map.entry("db/sub/more/data.csv", "id,name\n1,x\n"),
			Map.entry("db/beside.sql", "insert into relative (id) values (2);\n"),
			Map.entry("db/data.csv", "id,name\n1,one\n2,two\n"), Map.entry("db/clob.txt", "a long text\n"),
			Map.entry("db/all/1.sql", "--liquibase formatted sql\n--changeset a:1\ncreate table all_1 (id int);\n"),
			Map.entry("db/all/2.sql",
					"--liquibase formatted sql\n--changeset a:2 runOnChange:true\ncreate table if not exists all_2 (id int);\n"),
			Map.entry("db/all/deep/3.sql",
					"--liquibase formatted sql\n--changeset a:3\ncreate table all_3 (id int);\n"),
			Map.entry("unrelated/read.me", "hello\n"));

	private static final List<String> NEW_FILES = List.of("db/absent.sql", "db/all/4.sql", "db/all/deep/5.sql",
			"db/empty/6.sql", "db/all/new/7.sql", "unrelated/8.sql", "db/9.sql", "db/sub/more/10.csv");

	private final Random random = new Random(42);

	@TempDir
	private Path directory;

	@TempDir
	private Path archives;

	private final Map<String, String> files = new TreeMap<>();

	private Application application;

	private String recorded;

	private Map<String, String> settings = Map.of();

	@BeforeEach
	void start() {
		this.application = new Application(this.directory, Servers.h2());
		this.application.customizer = this::customize;
		write(FILES);
		Report report = this.application.start();
		assertThat(report.databases().get(0).limitations()).isEmpty();
		this.recorded = this.application.step.fingerprint();
		assertThat(isUpToDate()).isTrue();
	}

	@AfterEach
	void clear() {
		System.getProperties().keySet().removeIf((name) -> String.valueOf(name).toLowerCase().startsWith(PREFIX));
	}

	@Test
	void showsWhateverLiquibaseWouldDoOrFailAt() throws Exception {
		int same = 0;
		int seen = 0;
		int relevant = 0;
		for (int i = 0; i < MUTATIONS; i++) {
			List<String> mutations = mutate();
			boolean upToDate = isUpToDate();
			assertThat(isUpToDateInArchive()).as("in an archive: " + mutations).isEqualTo(upToDate);
			if (upToDate) {
				same++;
				assertThat(opinion()).as(mutations.toString()).isEqualTo("nothing to do");
			}
			else if (i % 50 == 0) {
				seen++;
				relevant += opinion().equals("nothing to do") ? 0 : 1;
			}
			undo();
		}
		assertThat(isUpToDate()).isTrue();
		assertThat(same).as("mutations that are not seen").isBetween(1, MUTATIONS / 3);
		assertThat(relevant).as("mutations that matter to Liquibase, of %d", seen).isGreaterThan(seen / 3);
	}

	@Test
	void isSmallForManyFiles(@TempDir Path many) {
		Application application = new Application(many, Servers.h2());
		StringBuilder changeLog = new StringBuilder();
		for (int i = 0; i < 300; i++) {
			application.file("db/changes/" + i + ".sql",
					"--liquibase formatted sql\n--changeset a:%d\nselect %d;\n".formatted(i, i));
			application.file("db/single/" + i + ".sql",
					"--liquibase formatted sql\n--changeset a:s%d\nselect %d;\n".formatted(i, i));
			changeLog.append("- include: { file: db/single/%d.sql }\n".formatted(i));
		}
		application.yaml("- includeAll: { path: db/changes }\n" + changeLog).start();
		assertThat(application.step.fingerprint()).hasSizeLessThan(3000);
		assertThat(application.start().message()).isEqualTo("Nothing to do");
	}

	private void customize(SpringLiquibase liquibase) {
		liquibase.setContexts(this.settings.getOrDefault("contexts", "test"));
		liquibase.setLabelFilter(this.settings.get("labels"));
		liquibase.setChangeLogParameters(
				this.settings.containsKey("parameter") ? Map.of("table", this.settings.get("parameter")) : Map.of());
	}

	private List<String> mutate() {
		List<String> done = new ArrayList<>();
		for (int i = 0; i <= this.random.nextInt(3); i++) {
			done.add(mutateOnce());
		}
		return done;
	}

	private String mutateOnce() {
		List<String> names = List.copyOf(this.files.keySet());
		String name = names.get(this.random.nextInt(names.size()));
		String other = names.get(this.random.nextInt(names.size()));
		String content = this.files.get(name);
		int at = this.random.nextInt(content.length() + 1);
		switch (this.random.nextInt(11)) {
			case 0 ->
				write(name, content.substring(0, at) + (char) ('a' + this.random.nextInt(26)) + content.substring(at));
			case 1 -> write(name, content.substring(0, at) + content.substring(Math.min(content.length(), at + 1)));
			case 2 -> delete(name);
			case 3 -> {
				write(name, this.files.get(other));
				write(other, content);
			}
			case 4 -> {
				delete(name);
				write(NEW_FILES.get(this.random.nextInt(NEW_FILES.size())), content);
			}
			case 5, 6 -> write(NEW_FILES.get(this.random.nextInt(NEW_FILES.size())),
					"--liquibase formatted sql\n--changeset b:%d\nselect 1;\n".formatted(this.random.nextInt(100)));
			case 7 -> System.setProperty(
					PREFIX + List.of("suffix", "variable", "VARIABLE", "other").get(this.random.nextInt(4)),
					"x" + this.random.nextInt(3));
			case 8 ->
				this.settings = Map.of("contexts", List.of("test", "other", "test,other").get(this.random.nextInt(3)));
			case 9 -> this.settings = Map.of("labels", List.of("some", "none").get(this.random.nextInt(2)));
			default -> this.settings = Map.of("parameter", List.of("person", "people").get(this.random.nextInt(2)));
		}
		return name;
	}

	private void undo() {
		this.settings = Map.of();
		clear();
		for (String name : List.copyOf(this.files.keySet())) {
			if (!FILES.containsKey(name)) {
				delete(name);
			}
		}
		write(FILES);
	}

	private void write(Map<String, String> files) {
		files.forEach(this::write);
	}

	private void write(String name, String content) {
		if (!content.equals(this.files.put(name, content))) {
			this.application.file(name, content);
		}
	}

	private void delete(String name) {
		try {
			this.files.remove(name);
			Files.deleteIfExists(this.directory.resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isUpToDate() {
		try (URLClassLoader loader = this.application.loader()) {
			return this.application.step(this.application.bean(), loader).isUpToDate(this.recorded);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isUpToDateInArchive() throws IOException {
		// A JVM takes a JAR that is written twice in a moment for the same
		Path archive = Files.createTempFile(this.archives, "application", ".jar");
		try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(archive));
				Stream<Path> paths = Files.walk(this.directory)) {
			for (Path path : paths.skip(1).toList()) {
				String name = this.directory.relativize(path).toString().replace(File.separatorChar, '/');
				jar.putNextEntry(new ZipEntry(Files.isDirectory(path) ? name + "/" : name));
				if (Files.isRegularFile(path)) {
					Files.copy(path, jar);
				}
			}
		}
		try (URLClassLoader loader = new URLClassLoader(new URL[] { archive.toUri().toURL() })) {
			return this.application.step(this.application.bean(), loader).isUpToDate(this.recorded);
		}
		finally {
			Files.delete(archive);
		}
	}

	private String opinion() throws Exception {
		SpringLiquibase bean = this.application.bean();
		try (URLClassLoader loader = this.application.loader()) {
			Connection connection = this.application.unwrap(Connection.class);
			Liquibase liquibase = new AdoptedLiquibase("liquibase", bean).create(connection,
					new DefaultResourceLoader(loader));
			return Scope.child(Map.of(Scope.Attr.database.name(), liquibase.getDatabase(),
					Scope.Attr.resourceAccessor.name(), liquibase.getResourceAccessor()), () -> {
						ChangeLogState state = ChangeLogState.read(liquibase, bean);
						liquibase.getDatabaseChangeLog()
							.validate(liquibase.getDatabase(), new Contexts(bean.getContexts()),
									new LabelExpression(bean.getLabelFilter()));
						liquibase.close();
						return state.pending().isEmpty() ? "nothing to do" : "pending: " + state.pending();
					});
		}
		catch (Exception ex) {
			return "fails: " + ex.getMessage();
		}
	}

}
