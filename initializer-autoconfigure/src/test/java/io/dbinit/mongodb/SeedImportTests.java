package io.dbinit.mongodb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import io.dbinit.InitializationException;
import io.dbinit.definition.DataFile;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SeedImport}.
 */
@RequiresServer
class SeedImportTests {

	private final MongoDatabase database = MongoDb.client().getDatabase(MongoDb.database());

	private final MongoCollection<BsonDocument> things = this.database.getCollection("things", BsonDocument.class);

	private final MongoSeedWriter writer = new MongoSeedWriter(this.database, Optional.empty());

	@TempDir
	private Path folder;

	@AfterEach
	void drop() {
		this.database.drop();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void writesTheDocumentsAsTheyAreInTheFile(Mode mode) throws IOException {
		SeedData data = data(mode, mode.needsKey() ? "name" : null, "things.ndjson", """
				{"name": "a", "at": {"$date": "2024-02-03T04:05:06Z"}, "none": null}
				{"name": "b", "big": {"$numberLong": "7"}}
				""");
		assertThat(write(data)).isEqualTo(2);
		assertThat(write(data)).isZero();
		List<BsonDocument> documents = this.things.find().into(new ArrayList<>());
		documents.forEach((document) -> document.remove("_id"));
		assertThat(documents).containsExactly(
				BsonDocument.parse("{ name: 'a', at: { $date: '2024-02-03T04:05:06Z' }, none: null }"),
				BsonDocument.parse("{ name: 'b', big: { $numberLong: '7' } }"));
	}

	@ParameterizedTest
	@EnumSource(names = { "ONCE", "IF_EMPTY" })
	void continuesAfterARunThatWasKilled(Mode mode) throws IOException {
		SeedData data = data(mode, null, "things.ndjson", rows(2500));
		assertThat(write(data)).isEqualTo(2500);
		this.things.deleteMany(BsonDocument.parse("{ n: { $gte: 1700 } }"));
		assertThat(write(data)).isEqualTo(800);
		assertThat(this.things.countDocuments()).isEqualTo(2500);
	}

	@Test
	void leavesACollectionThatHasOtherDocuments() throws IOException {
		SeedData data = data(Mode.IF_EMPTY, null, "things.ndjson", rows(3));
		this.things.insertOne(BsonDocument.parse("{ n: 1 }"));
		assertThat(write(data)).isZero();
		assertThat(this.things.countDocuments()).isOne();
	}

	@Test
	void aValueInCsvIsText() throws IOException {
		SeedData data = data(Mode.ONCE, null, "things.csv", "code,name,none\n007,\"\",\n");
		assertThat(write(data)).isOne();
		BsonDocument document = this.things.find().first();
		document.remove("_id");
		assertThat(document).isEqualTo(BsonDocument.parse("{ code: '007', name: '', none: null }"));
	}

	@Test
	void checksAllRowsBeforeTheFirstIsWritten() throws IOException {
		SeedData data = data(Mode.ONCE, null, "things.ndjson", rows(1500) + "{\"$bad\": 1}\n");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> this.writer.check(data))
			.withMessageContaining("things.ndjson] - 1501:")
			.withMessageContaining("cannot begin with '$'");
	}

	@Test
	void refusesTwoRowsWithTheSameKey() throws IOException {
		SeedData data = data(Mode.UPSERT, "n", "things.ndjson", rows(1500) + "{\"n\": 7}\n");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> this.writer.check(data))
			.withMessageContaining("things.ndjson] - 1501:")
			.withMessageContaining("things.ndjson] - 8:")
			.withMessageContaining("has the same 'n'");
	}

	@Test
	void namesTheRowThatTheServerRefusesAndHowFarItCame() throws IOException {
		this.things.createIndex(BsonDocument.parse("{ code: 1 }"), new IndexOptions().unique(true));
		SeedData data = data(Mode.ONCE, null, "things.ndjson",
				"{\"code\": 1}\n".concat(rows(1200).replace("\"n\"", "\"code\"").replaceFirst(".*\n.*\n", ""))
						+ "{\"code\": 1}\n");
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> write(data))
			.withMessageContaining("things.ndjson] - 1200:")
			.withMessageContaining("unique index")
			.withMessageContaining("1000 rows of the seed were processed before");
	}

	private static String rows(int count) {
		StringBuilder rows = new StringBuilder();
		for (int i = 0; i < count; i++) {
			rows.append("{\"n\": ").append(i).append("}\n");
		}
		return rows.toString();
	}

	private int write(SeedData data) {
		return this.writer.write(data, (rows) -> {
		});
	}

	private SeedData data(Mode mode, String key, String name, String content) throws IOException {
		Path file = Files.writeString(this.folder.resolve(name), content);
		DataFile rows = DataFile.of(new DefinitionReader((value) -> value)
			.read(new ByteArrayResource(file.toUri().toString().getBytes(StandardCharsets.UTF_8)))
			.get(0), new DefaultResourceLoader());
		return new SeedData("things", mode, (key != null) ? List.of(key) : List.of(), List.of(), List.of(), null, rows);
	}

}
