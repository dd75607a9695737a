package io.dbinit.command;

import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.dbinit.DatabaseStatus;
import io.dbinit.PlannedChange;
import io.dbinit.Report;
import io.dbinit.Report.RunReport;
import io.dbinit.Report.StepReport;
import io.dbinit.transfer.Backups;
import io.dbinit.transfer.Manifest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON document, with the names of the endpoint. Values that are not known are left
 * out.
 */
final class JsonOutput {

	private final JsonGenerator generator;

	private JsonOutput(JsonGenerator generator) {
		this.generator = generator;
	}

	/**
	 * Write one object and the end of its line.
	 */
	static void write(PrintStream out, Consumer<JsonOutput> fields) {
		StringWriter text = new StringWriter();
		try (JsonGenerator generator = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
			generator.writeStartObject();
			fields.accept(new JsonOutput(generator));
			generator.writeEndObject();
		}
		out.println(text);
	}

	void field(String name, @Nullable Object value) {
		if (value instanceof Boolean flag) {
			this.generator.writeBooleanProperty(name, flag);
		}
		else if (value instanceof Number number) {
			this.generator.writeNumberProperty(name, number.longValue());
		}
		else if (value != null) {
			this.generator.writeStringProperty(name, text(value));
		}
	}

	private static String text(Object value) {
		return (value instanceof Duration || value instanceof Instant) ? value.toString() : String.valueOf(value);
	}

	private <T> void list(String name, List<T> items, Consumer<T> fields) {
		this.generator.writeArrayPropertyStart(name);
		for (T item : items) {
			this.generator.writeStartObject();
			fields.accept(item);
			this.generator.writeEndObject();
		}
		this.generator.writeEndArray();
	}

	private void texts(String name, List<String> texts) {
		this.generator.writeArrayPropertyStart(name);
		texts.forEach(this.generator::writeString);
		this.generator.writeEndArray();
	}

	void report(Report report) {
		field("state", report.state());
		field("outcome", report.outcome());
		field("environment", report.environment());
		field("message", report.message());
		list("databases", report.databases(), (database) -> {
			field("name", database.name());
			field("product", database.product());
			field("state", database.state());
			list("steps", database.steps(), this::step);
			texts("problems", database.mismatches().stream().map(Object::toString).toList());
			texts("limitations", database.limitations());
			if (!database.plan().isEmpty()) {
				list("plan", List.copyOf(database.plan().entrySet()), this::planned);
			}
		});
	}

	private void planned(Map.Entry<String, List<PlannedChange>> step) {
		field("step", step.getKey());
		list("changes", step.getValue(), (change) -> {
			field("text", change.change().text());
			field("kind", change.change().kind());
			field("reason", change.reason());
			texts("statements", change.statements());
			list("warnings", change.warnings(), (warning) -> {
				field("risk", warning.risk());
				field("text", warning.text());
			});
		});
	}

	private void step(StepReport step) {
		field("name", step.name());
		field("phase", step.phase());
		field("outcome", step.outcome());
		field("duration", step.duration());
		texts("changes", step.changeTexts());
		field("error", step.error());
	}

	void status(List<DatabaseStatus> databases) {
		list("databases", databases, (database) -> {
			field("name", database.name());
			field("product", database.marker().product());
			field("complete", database.complete());
			field("error", database.error());
			field("environment", database.marker().environment());
			texts("pending", database.pending());
			field("lock", database.holder());
			texts("limitations", database.limitations());
			list("migrations", List.copyOf(database.marker().versions().entrySet()), (version) -> {
				field("name", version.getKey());
				field("current", version.getValue().current());
				field("latest", version.getValue().latest());
				field("pending", version.getValue().pending());
			});
			list("runs", database.runs(), this::run);
		});
	}

	void backups(List<Manifest> backups, Backups store) {
		list("backups", backups, (backup) -> {
			field("name", backup.name());
			field("database", backup.database());
			field("product", backup.product());
			field("tool", backup.tool());
			field("environment", backup.environment());
			field("createdAt", backup.createdAt());
			field("duration", backup.duration());
			field("pointInTime", backup.pointInTime());
			field("size", store.size(backup));
			field("directory", store.directory(backup));
			texts("withoutData", backup.withoutData());
		});
	}

	void run(String database, RunReport run) {
		field("database", database);
		run(run);
	}

	private void run(RunReport run) {
		field("id", run.id());
		field("host", run.host());
		field("application", run.application());
		field("startedAt", run.startedAt());
		field("duration", run.duration());
		field("outcome", run.outcome());
		field("error", run.error());
		list("steps", run.steps(), this::step);
	}

}
