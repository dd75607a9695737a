package io.dbinit.mongodb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.dbinit.Database;
import io.dbinit.InitializationException;
import io.dbinit.Marker;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.testing.AbstractApplicationsTests;
import io.dbinit.testing.MongoDb;
import io.dbinit.testing.RequiresServer;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the records of several applications in one database of MongoDB, and for
 * documents that a release without versions has written: one run that succeeded, one that
 * failed, and a change in doubt.
 */
@RequiresServer
class MongoApplicationsTests extends AbstractApplicationsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final MongoClient client = MongoDb.client();

	private final String database = MongoDb.database();

	@AfterEach
	void drop() {
		this.client.getDatabase(this.database).drop();
	}

	@Override
	protected Database createDatabase() {
		return new MongoDbDatabase("mongodb", this.client, MongoDb.settings(), this.database);
	}

	@Test
	void startIsOneCommandBesideManyApplications() {
		for (int i = 0; i < 50; i++) {
			start("application " + i, once("presets", "" + i));
		}
		List<String> commands = new CopyOnWriteArrayList<>();
		MongoClientSettings watched = MongoClientSettings.builder(MongoDb.settings())
			.addCommandListener(new CommandListener() {

				@Override
				public void commandStarted(CommandStartedEvent event) {
					commands.add(event.getCommandName());
				}

			})
			.build();
		try (MongoClient client = MongoClients.create(watched)) {
			Marker marker = new MongoDbDatabase("mongodb", client, watched, this.database).look(TIMEOUT,
					"application 7", List.of());
			assertThat(marker.steps()).containsExactly(Map.entry("presets", "7"));
			assertThat(commands).containsExactly("find");
		}
	}

	@Test
	void readsOlderVersion() throws IOException {
		load();
		for (String application : List.of("", "orders")) {
			Marker marker = createDatabase().look(TIMEOUT, application, List.of());
			assertThat(marker.complete()).isFalse();
			assertThat(marker.environment()).isEqualTo("test");
			assertThat(marker.steps()).containsOnlyKeys("seed: presets", "collections", "verify collections");
		}
		assertThat(createDatabase().history(10)).extracting(RunReport::outcome)
			.containsExactly(Outcome.FAILED, Outcome.DONE);
	}

	@Test
	void runUpgradesOlderVersion() throws IOException {
		load();
		start("orders", once("seed: presets", "f1"), once("later", "1"));
		assertThat(marker()).containsEntry("version", 2).containsEntry("complete", false);
		assertThat(marker().getList("steps", Document.class)).hasSize(3);
		assertThat(marker().getList("changes", Document.class, List.of())).isEmpty();
		assertThat(createDatabase().look(TIMEOUT, "orders", List.of()).steps()).containsOnlyKeys("seed: presets",
				"later");
		assertThat(ran()).containsExactly("later 1");
	}

	@Test
	void changeInDoubtOfOlderVersionIsThatOfEachApplication() throws IOException {
		load();
		assertThat(inDoubt("orders", "later")).containsExactly("insert 2 rows into 'orders'");
	}

	@Test
	void versionThatRequiresNewerReleaseStopsTheStart() {
		start("orders", once("presets", "1"));
		documents().updateOne(MongoDbDatabase.IS_MARKER,
				Updates.combine(Updates.set("version", 99), Updates.set("required_version", 98)));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> start("orders", once("presets", "1")))
			.withMessageContaining(
					"The records of the starter in 'mongodb' have version 99, which requires a release that knows version 98: this one knows version 2");
	}

	@Test
	void newerVersionIsKept() {
		start("orders", once("presets", "1"));
		documents().updateOne(MongoDbDatabase.IS_MARKER,
				Updates.combine(Updates.set("version", 99), Updates.set("required_version", 2)));
		start("orders", once("presets", "2"));
		assertThat(marker()).containsEntry("version", 99);
	}

	private Document marker() {
		return documents().find(MongoDbDatabase.IS_MARKER).first();
	}

	private MongoCollection<Document> documents() {
		return this.client.getDatabase(this.database).getCollection(MongoDbDatabase.COLLECTION);
	}

	private void load() throws IOException {
		new ClassPathResource("version-1/system-init.jsonl", MongoApplicationsTests.class)
			.getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.filter((line) -> !line.isBlank())
			.forEach((line) -> documents().insertOne(Document.parse(line)));
	}

}
