package io.dbinit.mongodb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import io.dbinit.transfer.Dumper;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MongoDumper}.
 */
@RequiresServer
class MongoDumperTests {

	private static final Dumper.Options OPTIONS = new Dumper.Options(null, Set.of());

	private final MongoDatabase database = MongoDb.client().getDatabase(MongoDb.database());

	@TempDir
	private Path directory;

	@AfterEach
	void drop() {
		this.database.drop();
	}

	private MongoDumper dumper() {
		return new MongoDumper(this.database, () -> {
			for (String name : this.database.listCollectionNames()) {
				if (!name.equals(MongoDbDatabase.COLLECTION)) {
					this.database.getCollection(name).drop();
				}
			}
		});
	}

	@Test
	void restoresEveryDocumentAndIndex() throws Exception {
		var values = this.database.getCollection("a b/c", BsonDocument.class);
		for (String json : List.of(
				"{_id: 1, text: 'Å', none: null, list: [1, {b: 2}], decimal: {$numberDecimal: '1.50'}}",
				"{_id: {$oid: '507f1f77bcf86cd799439011'}, at: {$date: {$numberLong: '-1'}}, long: {$numberLong: '5'}}",
				"{_id: 'c', binary: {$binary: {base64: 'AAE=', subType: '00'}}, double: {$numberDouble: '2.0'}}")) {
			values.insertOne(BsonDocument.parse(json));
		}
		values.createIndex(Indexes.ascending("text"), new IndexOptions().name("by text"));
		this.database.createCollection("empty");
		this.database.getCollection(MongoDbDatabase.COLLECTION)
			.insertOne(new org.bson.Document("type", "database_init"));
		List<RawBsonDocument> before = documents("a b/c");
		List<BsonDocument> indexes = indexes("a b/c");
		Dumper.Dump dump = dumper().dump(this.directory, OPTIONS);
		assertThat(dump.rows()).containsEntry("a b/c", 3L).containsEntry("empty", 0L).hasSize(2);
		assertThat(dump.pointInTime()).isFalse();
		Path files = this.directory.resolve(this.database.getName());
		try (Stream<Path> all = Files.list(files)) {
			assertThat(all.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("a%20b%2Fc.bson.gz",
					"a%20b%2Fc.metadata.json.gz", "empty.bson.gz", "empty.metadata.json.gz");
		}
		values.deleteMany(new BsonDocument());
		values.dropIndexes();
		this.database.createCollection("later");
		dumper().restore(this.directory, OPTIONS);
		assertThat(documents("a b/c")).isEqualTo(before);
		assertThat(indexes("a b/c")).isEqualTo(indexes);
		assertThat(dumper().count()).isEqualTo(dump.rows());
		assertThat(this.database.getCollection(MongoDbDatabase.COLLECTION).countDocuments()).isEqualTo(1);
	}

	@Test
	void leavesDocumentsOut() throws Exception {
		this.database.getCollection("log").insertOne(new org.bson.Document("a", 1));
		Dumper.Dump dump = dumper().dump(this.directory, new Dumper.Options(null, Set.of("log")));
		assertThat(dump.rows()).containsEntry("log", 0L);
		dumper().restore(this.directory, OPTIONS);
		assertThat(dumper().count()).containsEntry("log", 0L);
	}

	@Test
	void refusesADocumentThatIsCutOff() throws Exception {
		this.database.getCollection("log").insertOne(new org.bson.Document("a", 1));
		dumper().dump(this.directory, OPTIONS);
		Path file = this.directory.resolve(this.database.getName()).resolve("log.bson.gz");
		try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(file))) {
			out.write(new byte[] { 20, 0, 0, 0, 1, 2 });
		}
		assertThatExceptionOfType(java.io.EOFException.class)
			.isThrownBy(() -> dumper().restore(this.directory, OPTIONS))
			.withMessage("a document is cut off");
	}

	@Test
	void shortensLongNamesAsMongodumpDoes() {
		assertThat(MongoDumper.escaped("a/b $c")).isEqualTo("a%2Fb%20%24c");
		assertThat(MongoDumper.escaped("n".repeat(238))).isEqualTo("n".repeat(238));
		assertThat(MongoDumper.escaped("n".repeat(239))).startsWith("n".repeat(208) + "%24").hasSize(208 + 3 + 28);
	}

	private List<RawBsonDocument> documents(String name) {
		return this.database.getCollection(name, RawBsonDocument.class).find().into(new ArrayList<>());
	}

	private List<BsonDocument> indexes(String name) {
		return this.database.getCollection(name, BsonDocument.class)
			.listIndexes(BsonDocument.class)
			.into(new ArrayList<>());
	}

}
