package io.dbinit.testing;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that tests which need a server carry a tag, as {@code ./mvnw test} runs all
 * others.
 */
class TestCategoriesTests {

	private static final Set<String> WITHOUT_SERVER = Set.of("h2", "execute");

	@Test
	void testsThatNeedServersAreTagged() {
		List<String> untagged = new ClassFileImporter().withImportOption(new ImportOption.OnlyIncludeTests())
			.importPackages("io.dbinit")
			.stream()
			.filter(TestCategoriesTests::isTest)
			.filter((test) -> test.getAccessesFromSelf().stream().anyMatch(TestCategoriesTests::needsServer))
			.filter((test) -> !isTagged(test.reflect()))
			.map(JavaClass::getName)
			.toList();
		assertThat(untagged).as("tests that need a server and are not annotated with @RequiresServer").isEmpty();
	}

	private static boolean isTest(JavaClass type) {
		return type.getName().replaceFirst("\\$.*", "").endsWith("Tests");
	}

	private static boolean needsServer(JavaAccess<?> access) {
		JavaClass owner = access.getTargetOwner();
		return owner.isEquivalentTo(MongoDb.class)
				|| owner.isEquivalentTo(Servers.class) && !WITHOUT_SERVER.contains(access.getTarget().getName());
	}

	private static boolean isTagged(Class<?> type) {
		return Stream.<Class<?>>iterate(type, (candidate) -> candidate != null, Class::getEnclosingClass)
			.anyMatch((candidate) -> AnnotationSupport.isAnnotated(candidate, Tag.class));
	}

}
