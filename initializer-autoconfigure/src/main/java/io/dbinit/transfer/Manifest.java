package io.dbinit.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * What a backup says of itself.
 *
 * @param version the version of the archive's layout
 * @param name the name of the backup
 * @param database the name of the database in the plan
 * @param product the product and its version
 * @param tool the tool that wrote the dump, and its version
 * @param environment the environment whose data it is, {@code null} if the database never
 * said
 * @param application the application that made the backup, empty if it has no name
 * @param createdAt when the dump began
 * @param duration how long it took
 * @param pointInTime whether everything is as it was at one point in time
 * @param rows the number of rows or documents of each table or collection, -1 where it
 * changed during the dump
 * @param withoutData the tables or collections whose rows were left out
 * @param records the fingerprints of the steps that were complete, by the name of the
 * step, by the name of the application
 */
public record Manifest(int version, String name, String database, String product, String tool,
		@Nullable String environment, String application, Instant createdAt, Duration duration, boolean pointInTime,
		Map<String, Long> rows, List<String> withoutData, Map<String, Map<String, String>> records) {

	/** The version of the layout that this release writes. */
	static final int VERSION = 1;

	static final String FILE = "manifest.json";

	private static final JsonWriter<Manifest> WRITER = JsonWriter.of((members) -> {
		members.add("version", Manifest::version);
		members.add("name", Manifest::name);
		members.add("database", Manifest::database);
		members.add("product", Manifest::product);
		members.add("tool", Manifest::tool);
		members.add("environment", Manifest::environment).whenNotNull();
		members.add("application", Manifest::application);
		members.add("createdAt", Manifest::createdAt).as(Instant::toString);
		members.add("duration", Manifest::duration).as(Duration::toString);
		members.add("pointInTime", Manifest::pointInTime);
		members.add("rows", Manifest::rows);
		members.add("withoutData", Manifest::withoutData);
		members.add("records", Manifest::records);
	});

	void write(Path directory) throws IOException {
		Files.writeString(directory.resolve(FILE), WRITER.writeToString(this));
	}

	/**
	 * Read the manifest of a backup.
	 * @param directory the directory of the backup
	 * @return the manifest
	 * @throws IOException if it cannot be read, or is not a manifest of this version
	 */
	static Manifest read(Path directory) throws IOException {
		try {
			Map<String, Object> json = JsonParserFactory.getJsonParser()
				.parseMap(Files.readString(directory.resolve(FILE)));
			int version = ((Number) json.getOrDefault("version", 0)).intValue();
			if (version != VERSION) {
				throw new IOException(
						"it has version %d, and this release reads version %d".formatted(version, VERSION));
			}
			Map<String, Long> rows = new TreeMap<>();
			map(json, "rows").forEach((name, count) -> rows.put(name, ((Number) count).longValue()));
			Map<String, Map<String, String>> records = new TreeMap<>();
			map(json, "records").keySet().forEach((application) -> {
				Map<String, String> steps = new TreeMap<>();
				map(map(json, "records"), application)
					.forEach((step, fingerprint) -> steps.put(step, String.valueOf(fingerprint)));
				records.put(application, steps);
			});
			return new Manifest(version, text(json, "name"), text(json, "database"), text(json, "product"),
					text(json, "tool"), json.containsKey("environment") ? text(json, "environment") : null,
					text(json, "application"), Instant.parse(text(json, "createdAt")),
					Duration.parse(text(json, "duration")), Boolean.TRUE.equals(json.get("pointInTime")), rows,
					((List<?>) json.getOrDefault("withoutData", List.of())).stream().map(String::valueOf).toList(),
					records);
		}
		catch (JsonParseException | ClassCastException | DateTimeParseException ex) {
			throw new IOException("it is not a manifest: " + ex.getMessage(), ex);
		}
	}

	private static String text(Map<String, Object> json, String name) throws IOException {
		Object value = json.get(name);
		if (value == null) {
			throw new IOException("it has no '" + name + "'");
		}
		return value.toString();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(Map<String, Object> json, String name) {
		return (Map<String, Object>) json.getOrDefault(name, Map.of());
	}

}
