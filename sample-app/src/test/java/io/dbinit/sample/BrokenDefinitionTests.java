package io.dbinit.sample;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of the failure analysis that is printed after a mistake in a definition.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("sample")
class BrokenDefinitionTests {

	@TempDir
	Path directory;

	@Test
	void unknownKey(CapturedOutput output) {
		assertThat(startWithCollections("unknown-key", output)).contains("broken/unknown-key/users.yml] - 4:", "uniqe",
				"did you mean 'unique'");
	}

	@Test
	void unknownTypeOfIndex(CapturedOutput output) {
		assertThat(startWithCollections("unknown-type", output)).contains("broken/unknown-type/places.yml] - 4:",
				"2dspere", "did you mean '2dsphere'");
	}

	@Test
	void expiryOfTwoFields(CapturedOutput output) {
		assertThat(startWithCollections("ttl-on-two-fields", output))
			.contains("broken/ttl-on-two-fields/sessions.yml] - 4:", "expire-after", "exactly one field");
	}

	@Test
	void malformedSchema(CapturedOutput output) {
		assertThat(startWithCollections("malformed-schema", output))
			.contains("broken/malformed-schema/users.schema.json] - 3:3", "requird", "did you mean 'required'");
	}

	@Test
	void missingFile(CapturedOutput output) {
		assertThat(startWithCollections("missing-file", output)).contains("broken/missing-file/users.yml] - 3:",
				"validator", "broken/missing-file/user.schema.json");
	}

	@Test
	void sameSeedTwice(CapturedOutput output) {
		assertThat(startWithSeeds("same-seed-twice", output)).contains("Two seeds have the id 'presets'",
				"first.yml] - 1:5", "second.yml] - 1:5");
	}

	@Test
	void seedsInACircle(CapturedOutput output) {
		assertThat(startWithSeeds("cyclic-seeds", output)).contains("users -> roles -> users",
				"broken/cyclic-seeds/seeds.yml");
	}

	@Test
	void unknownModeOfSeed(CapturedOutput output) {
		assertThat(startWithSeeds("unknown-mode", output)).contains("broken/unknown-mode/seeds.yml] - 3:7", "inser",
				"did you mean 'insert'");
	}

	@Test
	void unknownProperty(CapturedOutput output) {
		assertThat(start(output, "--db-init.on-failre=continue")).contains("db-init.on-failre",
				"did you mean 'on-failure'");
	}

	private String startWithCollections(String folder, CapturedOutput output) {
		return start(output, "--db-init.mongodb.locations=classpath:broken/" + folder + "/");
	}

	private String startWithSeeds(String folder, CapturedOutput output) {
		return start(output, "--db-init.seeds.locations=classpath:broken/" + folder + "/");
	}

	private String start(CapturedOutput output, String argument) {
		assertThatException()
			.isThrownBy(() -> RunningSample.start("sales-analytics", this.directory, argument).close());
		assertThat(Files.exists(this.directory.resolve("h2.mv.db"))).isFalse();
		String all = output.getAll();
		assertThat(all).contains("APPLICATION FAILED TO START", "Action:");
		return all.substring(all.indexOf("Description:"));
	}

}
