package io.dbinit.mongock;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import io.mongock.api.annotations.ChangeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ChangeUnitScanner}, and of the fingerprint that {@link MongockStep}
 * derives from it.
 */
class ChangeUnitScannerTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	@TempDir
	private Path folder;

	@TempDir
	private Path archives;

	private String recorded;

	@BeforeEach
	void record() throws IOException {
		write("units/First", "first");
		write("units/deep/Second", "second");
		write("units/Other", null);
		write("elsewhere/Third", "third");
		this.recorded = step(this.folder).fingerprint();
		assertThat(isUpToDate()).isTrue();
	}

	@Test
	void findsUnitsBelowPackages() throws IOException {
		assertThat(units(this.folder).exist()).isTrue();
		assertThat(units(this.folder).active()).extracting(ChangeUnitDefinition::className)
			.containsExactly("units.First", "units.deep.Second");
		Files.delete(file("units/First"));
		Files.delete(file("units/deep/Second"));
		assertThat(units(this.folder).exist()).isFalse();
	}

	@Test
	void changedUnitShows() throws IOException {
		write("units/First", "other");
		assertThat(isUpToDate()).isFalse();
	}

	@Test
	void addedUnitShows() throws IOException {
		write("units/deep/Third", "third");
		assertThat(isUpToDate()).isFalse();
	}

	@Test
	void removedUnitShows() throws IOException {
		Files.delete(file("units/deep/Second"));
		assertThat(isUpToDate()).isFalse();
	}

	@Test
	void classThatIsNoUnitDoesNotMatter() throws IOException {
		write("units/New", null);
		Files.delete(file("units/Other"));
		assertThat(units(this.folder).outline()).isNotEqualTo(this.recorded.split(" ")[1]);
		assertThat(isUpToDate()).isTrue();
	}

	@Test
	void profileMattersToUnitThatIsBoundToOne() throws IOException {
		this.environment.setActiveProfiles("special");
		assertThat(isUpToDate()).isTrue();
		write("units/First", "first", Special.class);
		assertThat(units(this.folder).active()).hasSize(2);
		this.recorded = step(this.folder).fingerprint();
		this.environment.setActiveProfiles("other");
		assertThat(isUpToDate()).isFalse();
		assertThat(units(this.folder).active()).extracting(ChangeUnitDefinition::className)
			.containsExactly("units.deep.Second");
	}

	@Test
	void unitThatRunsAlwaysIsNeverUpToDate() throws IOException {
		write("units/First", "always");
		this.recorded = step(this.folder).fingerprint();
		assertThat(isUpToDate()).isFalse();
	}

	@Test
	void isTheSameInAnArchive() throws IOException {
		Path archive = this.archives.resolve("application.jar");
		try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(archive));
				Stream<Path> paths = Files.walk(this.folder)) {
			for (Path path : paths.skip(1).toList()) {
				String name = this.folder.relativize(path).toString();
				jar.putNextEntry(new ZipEntry(Files.isDirectory(path) ? name + "/" : name));
				if (Files.isRegularFile(path)) {
					Files.copy(path, jar);
				}
			}
		}
		assertThat(step(archive).fingerprint()).isEqualTo(this.recorded);
	}

	private boolean isUpToDate() throws IOException {
		return step(this.folder).isUpToDate(this.recorded);
	}

	private MongockStep step(Path classes) throws IOException {
		return new MongockStep(units(classes), "", new MongockProperties(), (context) -> {
		}, new DefaultListableBeanFactory());
	}

	private ChangeUnitScanner units(Path classes) throws IOException {
		URLClassLoader loader = new URLClassLoader(new URL[] { classes.toUri().toURL() }, getClass().getClassLoader());
		return new ChangeUnitScanner(List.of("units"), "author", new DefaultResourceLoader(loader), this.environment);
	}

	private Path file(String name) {
		return this.folder.resolve(name + ".class");
	}

	private void write(String name, String id, Class<?>... annotations) throws IOException {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
		for (Class<?> annotation : annotations) {
			writer.visitAnnotation(Type.getDescriptor(annotation), true).visitEnd();
		}
		if (id != null) {
			AnnotationVisitor unit = writer.visitAnnotation(Type.getDescriptor(ChangeUnit.class), true);
			unit.visit("id", id);
			unit.visit("runAlways", id.equals("always"));
			unit.visitEnd();
		}
		writer.visitEnd();
		Files.createDirectories(file(name).getParent());
		Files.write(file(name), writer.toByteArray());
	}

	@Profile("special")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Special {

	}

}
