package io.dbinit.mongodb;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.Change;
import io.dbinit.Ledger;
import io.dbinit.Marker;
import io.dbinit.Phase;
import io.dbinit.Report.Outcome;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.StepReport;
import io.dbinit.MigrationVersions;
import io.dbinit.Release;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * How markers and runs are kept as documents.
 */
final class MongoDocuments {

	private MongoDocuments() {
	}

	/**
	 * Read the marker of an application.
	 * @param document the document of the marker
	 * @param records the records of the application, as a part of it or as a whole
	 * @param others the fingerprints that other applications recorded
	 */
	static Marker marker(Document document, Document records, Map<Ledger, String> ledgers,
			Map<String, List<String>> others, boolean readOnly) {
		Map<String, MigrationVersions> versions = new LinkedHashMap<>();
		for (Document version : list(records, "versions")) {
			versions.put(version.getString("name"), new MigrationVersions(version.getString("current"),
					version.getString("latest"), version.getInteger("pending", 0)));
		}
		return new Marker(document.get("product", "MongoDB"), readOnly, instant(document, "created_at"),
				document.getString("environment"), records.getBoolean("complete", false), steps(records), versions,
				ledgers, others, release(records),
				instant(records.get(ApplicationRecords.RELEASE, new Document()), "since"));
	}

	/**
	 * Read the release that worked last.
	 * @param records the records of the application
	 */
	static Release release(Document records) {
		Document release = records.get(ApplicationRecords.RELEASE, new Document());
		return new Release(release.getString("version"), instant(release, "time"));
	}

	static Document release(Release release, @Nullable Date since) {
		return new Document("version", release.version())
			.append("time", (release.time() != null) ? Date.from(release.time()) : null)
			.append("since", since);
	}

	static Map<String, String> steps(Document records) {
		Map<String, String> steps = new LinkedHashMap<>();
		for (Document step : list(records, "steps")) {
			steps.put(step.getString("name"), step.getString("fingerprint"));
		}
		return steps;
	}

	static List<Document> steps(Map<String, String> steps) {
		List<Document> documents = new ArrayList<>();
		steps.forEach(
				(name, fingerprint) -> documents.add(new Document("name", name).append("fingerprint", fingerprint)));
		return documents;
	}

	static List<Document> versions(Map<String, MigrationVersions> versions) {
		List<Document> documents = new ArrayList<>();
		versions.forEach((name,
				version) -> documents.add(new Document("name", name).append("current", version.current())
					.append("latest", version.latest())
					.append("pending", version.pending())));
		return documents;
	}

	static Document run(RunReport run) {
		return new Document("_id", "run:" + run.id()).append("type", "run")
			.append("token", run.token())
			.append("host", run.host())
			.append("application", run.application())
			.append("started_at", Date.from(run.startedAt()))
			.append("duration_ms", millis(run.duration()))
			.append("outcome", run.outcome().name())
			.append("error", run.error())
			.append("steps", run.steps().stream().map(MongoDocuments::step).toList());
	}

	private static Document step(StepReport step) {
		return new Document("name", step.name()).append("phase", step.phase().name())
			.append("outcome", step.outcome().name())
			.append("started_at", (step.startedAt() != null) ? Date.from(step.startedAt()) : null)
			.append("duration_ms", millis(step.duration()))
			.append("changes", step.changeTexts())
			.append("error", step.error());
	}

	static RunReport run(Document document) {
		Instant startedAt = instant(document, "started_at");
		return new RunReport(document.getString("_id").substring("run:".length()), document.getLong("token"),
				document.getString("host"), document.getString("application"),
				(startedAt != null) ? startedAt : Instant.EPOCH, duration(document),
				Outcome.valueOf(document.getString("outcome")), document.getString("error"),
				list(document, "steps").stream().map(MongoDocuments::step).toList());
	}

	private static StepReport step(Document document) {
		return new StepReport(document.getString("name"), Phase.valueOf(document.getString("phase")),
				Outcome.valueOf(document.getString("outcome")), instant(document, "started_at"), duration(document),
				null, document.getList("changes", String.class, List.of()).stream().map(Change::recorded).toList(),
				document.getString("error"));
	}

	private static List<Document> list(Document document, String field) {
		return document.getList(field, Document.class, List.of());
	}

	private static @Nullable Instant instant(Document document, String field) {
		Date date = document.getDate(field);
		return (date != null) ? date.toInstant() : null;
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	private static @Nullable Duration duration(Document document) {
		Long millis = document.getLong("duration_ms");
		return (millis != null) ? Duration.ofMillis(millis) : null;
	}

}
