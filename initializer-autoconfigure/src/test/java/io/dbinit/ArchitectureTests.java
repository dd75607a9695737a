package io.dbinit;

import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rules of the packages: dependencies, libraries, visibility and names.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.dbinit");

	private static final String[] FEATURES = { "io.dbinit.seed..", "io.dbinit.structure..", "io.dbinit.jdbc..",
			"io.dbinit.mongodb..", "io.dbinit.liquibase..", "io.dbinit.flyway..", "io.dbinit.mongock..",
			"io.dbinit.actuate..", "io.dbinit.command..", "io.dbinit.autoconfigure..", "io.dbinit.definition..",
			"io.dbinit.transfer.." };

	@Test
	void thereAreNoCycles() {
		check(slices().matching("io.dbinit.(*)..").should().beFreeOfCycles());
	}

	@Test
	void theLockKnowsTheJdkOnly() {
		check(classes().that()
			.resideInAPackage("io.dbinit.lock..")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "io.dbinit.lock..", "org.jspecify.annotations.."));
	}

	@Test
	void theEngineIsPlainJava() {
		check(classes().that()
			.resideInAPackage("io.dbinit")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "io.dbinit", "io.dbinit.lock..", "org.jspecify.annotations..",
					"org.apache.commons.logging..", "org.springframework.util.."));
	}

	@Test
	void theEngineKnowsNoFeature() {
		check(noClasses().that()
			.resideInAPackage("io.dbinit")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(FEATURES));
	}

	@Test
	void capabilitiesToolsAndFacesKnowNoStore() {
		check(noClasses().that()
			.resideInAnyPackage("io.dbinit.seed..", "io.dbinit.structure..", "io.dbinit.liquibase..",
					"io.dbinit.flyway..", "io.dbinit.mongock..", "io.dbinit.actuate..", "io.dbinit.transfer..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.dbinit.jdbc..", "io.dbinit.mongodb.."));
	}

	@Test
	void theStoresDoNotKnowEachOther() {
		check(noClasses().that()
			.resideInAPackage("io.dbinit.jdbc..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.dbinit.mongodb.."));
		check(noClasses().that()
			.resideInAPackage("io.dbinit.mongodb..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.dbinit.jdbc.."));
	}

	@Test
	void definitionsKnowNoFeature() {
		check(classes().that()
			.resideInAPackage("io.dbinit.definition..")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "io.dbinit", "io.dbinit.definition..", "org.jspecify.annotations..",
					"org.springframework..", "org.yaml.snakeyaml..", "de.siegmar.fastcsv..", "tools.jackson.core.."));
	}

	@Test
	void nobodyKnowsTheAutoConfigurationOfTheWhole() {
		check(noClasses().that()
			.resideOutsideOfPackage("io.dbinit.autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.dbinit.autoconfigure.."));
	}

	@Test
	void definitionsKnowTheErrorsOfTheEngineOnly() {
		check(classes().that()
			.resideInAPackage("io.dbinit.definition..")
			.should()
			.onlyDependOnClassesThat(not(resideInAPackage("io.dbinit..")).or(resideInAPackage("io.dbinit.definition.."))
				.or(assignableTo(InitializationException.class))));
	}

	@Test
	void featuresAndToolsKnowTheEngineAndDefinitions() {
		for (String feature : new String[] { "seed", "structure", "transfer", "liquibase", "flyway", "mongock" }) {
			check(classes().that()
				.resideInAPackage("io.dbinit." + feature + "..")
				.should()
				.onlyDependOnClassesThat(not(resideInAPackage("io.dbinit..")).or(resideInAnyPackage("io.dbinit",
						"io.dbinit.lock..", "io.dbinit.definition..", "io.dbinit." + feature + ".."))));
		}
	}

	@Test
	void facesKnowTheEngineOnly() {
		for (String face : new String[] { "actuate", "command" }) {
			check(classes().that()
				.resideInAPackage("io.dbinit." + face + "..")
				.should()
				.onlyDependOnClassesThat(not(resideInAPackage("io.dbinit..")).or(resideInAnyPackage("io.dbinit",
						"io.dbinit.lock..", "io.dbinit.transfer..", "io.dbinit." + face + ".."))));
		}
	}

	@Test
	void storesKnowTheEngineAndThePortsOfFeatures() {
		for (String store : new String[] { "jdbc", "mongodb" }) {
			check(classes().that()
				.resideInAPackage("io.dbinit." + store + "..")
				.should()
				.onlyDependOnClassesThat(not(resideInAPackage("io.dbinit..")).or(resideInAnyPackage("io.dbinit",
						"io.dbinit.lock..", "io.dbinit.definition..", "io.dbinit.seed..", "io.dbinit.structure..",
						"io.dbinit.transfer..", "io.dbinit." + store + ".."))));
		}
	}

	@Test
	void theWiringKnowsOnlyThePropertiesOfFeatures() {
		check(classes().that()
			.resideInAPackage("io.dbinit.autoconfigure..")
			.should()
			.onlyDependOnClassesThat(not(resideInAPackage("io.dbinit.."))
				.or(resideInAnyPackage("io.dbinit", "io.dbinit.lock..", "io.dbinit.definition..",
						"io.dbinit.autoconfigure.."))
				.or(simpleNameEndingWith("Properties"))));
	}

	@Test
	void eachLibraryIsUsedInItsOwnPackages() {
		library(new String[] { "liquibase.." }, "liquibase");
		library(new String[] { "org.flywaydb.." }, "flyway");
		library(new String[] { "io.mongock.." }, "mongock");
		library(new String[] { "com.mongodb..", "org.bson.." }, "mongodb", "mongock");
		library(new String[] { "java.sql..", "javax.sql..", "org.springframework.jdbc.." }, "jdbc", "liquibase",
				"flyway", "autoconfigure");
		library(new String[] { "org.h2..", "org.postgresql..", "org.mariadb..", "com.mysql..", "com.zaxxer.." },
				"jdbc");
		library(new String[] { "io.micrometer..", "org.springframework.boot.actuate..",
				"org.springframework.boot.health.." }, "actuate");
		library(new String[] { "org.yaml..", "com.fasterxml.." }, "definition");
		library(new String[] { "tools.jackson.." }, "definition", "command");
		library(new String[] { "picocli..", "com.github.freva.." }, "command");
	}

	private static void library(String[] library, String... packages) {
		String[] allowed = Stream.of(packages).map((name) -> "io.dbinit." + name + "..").toArray(String[]::new);
		check(noClasses().that()
			.resideOutsideOfPackages(allowed)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(library));
	}

	/**
	 * A type is public only for users, for Spring Boot, or for a library that creates it
	 * by its name.
	 */
	@Test
	void packagesKeepTheirTypesPrivate() {
		check(classes().that()
			.resideInAnyPackage("io.dbinit.jdbc..", "io.dbinit.mongodb..", "io.dbinit.liquibase..",
					"io.dbinit.flyway..", "io.dbinit.mongock..", "io.dbinit.actuate..", "io.dbinit.seed..",
					"io.dbinit.structure..", "io.dbinit.autoconfigure..")
			.and()
			.arePublic()
			.and()
			.areTopLevelClasses()
			.should()
			.haveNameMatching(".*(AutoConfiguration|Properties|HealthIndicator|Endpoint|EndpointWebExtension)")
			.orShould()
			.haveNameMatching(".*\\.(AutoConfigureDbInit|DbInitDescriptor|Seed|SeedData|SeedWriter|Check|VerifyStep)")
			.orShould()
			.haveNameMatching(".*\\.(JdbcDatabase|MongoDbDatabase)")
			.orShould()
			.haveNameMatching(".*\\.(OwnSocketFactory|InitializerLockService|InitializerTableNames)"));
	}

	@Test
	void autoConfigurationsHaveNoPublicMembers() {
		check(classes().that().areAnnotatedWith(AutoConfiguration.class).should().haveModifier(JavaModifier.FINAL));
		check(noMethods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic());
	}

	@Test
	void namesSayWhatATypeIs() {
		check(noClasses().should().haveNameMatching(".*(Utils?|Helper|Impl|Manager)"));
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(CLASSES.getPackage("io.dbinit").getSubpackagesInTree())
			.filteredOn((subpackage) -> !subpackage.getClasses().isEmpty())
			.isNotEmpty()
			.allMatch((subpackage) -> subpackage.isAnnotatedWith(NullMarked.class));
		assertThat(CLASSES.getPackage("io.dbinit").isAnnotatedWith(NullMarked.class)).isTrue();
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(false).check(CLASSES);
	}

}
