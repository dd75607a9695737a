package io.dbinit.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import io.dbinit.Mismatch;
import io.dbinit.PlannedChange.Warning;
import io.dbinit.Report.State;
import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import io.dbinit.actuate.DbInitDescriptor.PlanDescriptor;
import io.dbinit.actuate.DbInitDescriptor.RunDescriptor;
import io.dbinit.actuate.DbInitDescriptor.StepDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.web.util.HtmlUtils;

/**
 * The endpoint's response as a page for people: one document without other files, whose
 * style and script are allowed by a nonce. It can be read without the script, which
 * fetches it again while work goes on.
 */
final class DbInitPage {

	private final StringBuilder html = new StringBuilder();

	private DbInitPage() {
	}

	/**
	 * Return the page.
	 * @param report the response
	 */
	static String of(DbInitDescriptor report) {
		DbInitPage page = new DbInitPage();
		page.report(report);
		boolean ended = report.state() == State.COMPLETE || report.state() == State.FAILED
				|| report.state() == State.PLANNED;
		return template().replace("{nonce}", UUID.randomUUID().toString())
			.replace("{state}", report.state().name())
			.replace("{refresh}", ended ? "" : "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>")
			.replace("{live}", String.valueOf(!ended))
			.replace("{content}", page.html);
	}

	private static String template() {
		try {
			return new ClassPathResource("page.html", DbInitPage.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void report(DbInitDescriptor report) {
		element("h1", state(report.state()), text("Databases"));
		if (report.message() != null) {
			element("p", "", text(report.message()));
		}
		facts(fact("Environment", report.environment()), fact("Began", report.startedAt()),
				fact("Duration", report.duration()), fact("Before", report.moment()));
		report.databases().forEach(this::database);
	}

	private void database(DatabaseDescriptor database) {
		this.html.append("<section>");
		element("h2", state(database.state()), text(database.name()));
		String lock = (database.lock() == null) ? null
				: database.lock().owner() + ((database.lock().doing() != null) ? ": " + database.lock().doing() : "");
		facts(fact("Product", database.product()), fact("Waits for", database.waitingFor()), fact("Lock", lock));
		database.migrations()
			.forEach((tool, versions) -> facts(fact(tool,
					"%s of %s, %d pending".formatted(versions.current(), versions.latest(), versions.pending()))));
		list("Problems", "bad", database.problems().stream().map(DbInitPage::problem).toList());
		list("Limitations", "warn", database.limitations());
		steps(database.steps());
		list("Plan", "", database.plan().stream().map(DbInitPage::planned).toList());
		runs(database.runs());
		if (database.runsError() != null) {
			element("p", "", text(database.runsError()));
		}
		this.html.append("</section>");
	}

	private static String problem(Mismatch problem) {
		return "%s: wanted %s, found %s".formatted(problem.subject(), problem.wanted(), problem.found());
	}

	private static String planned(PlanDescriptor change) {
		StringBuilder text = new StringBuilder(change.step() + ": " + change.change());
		for (Warning warning : change.warnings()) {
			text.append(" (").append(warning.text()).append(')');
		}
		return text.toString();
	}

	private void steps(List<StepDescriptor> steps) {
		this.html.append("<ol class=\"steps\">");
		for (StepDescriptor step : steps) {
			this.html.append("<li>");
			element("b", step.outcome().name(), text(step.name()));
			if (step.duration() != null) {
				element("span", "", text(step.duration()));
			}
			if (step.doing() != null) {
				element("p", "doing", text(step.doing()));
			}
			if (step.error() != null) {
				element("p", "bad", text(step.error()));
			}
			list(step.changes().size() + ((step.changes().size() == 1) ? " change" : " changes"), "", step.changes());
			this.html.append("</li>");
		}
		this.html.append("</ol>");
	}

	private void runs(List<RunDescriptor> runs) {
		if (runs.isEmpty()) {
			return;
		}
		this.html.append("<details><summary>Last runs</summary><table><tr><th>Began</th><th>Outcome</th><th>Duration"
				+ "</th><th>Host</th><th>Application</th></tr>");
		for (RunDescriptor run : runs) {
			this.html.append("<tr>");
			for (String cell : List.of(text(run.startedAt()), text(run.outcome().name()), text(run.duration()),
					text(run.host()), text(run.application()))) {
				element("td", "", cell);
			}
			this.html.append("</tr>");
		}
		this.html.append("</table></details>");
	}

	/**
	 * A long list is closed at first.
	 */
	private void list(String title, String kind, List<String> items) {
		if (items.isEmpty()) {
			return;
		}
		this.html.append("<details").append((kind.isEmpty() || items.size() > 10) ? ">" : " open>");
		element("summary", kind, text(title));
		this.html.append("<ul>");
		items.forEach((item) -> element("li", kind, text(item)));
		this.html.append("</ul></details>");
	}

	private void facts(String... facts) {
		String all = String.join("", facts);
		if (!all.isEmpty()) {
			element("dl", "", all);
		}
	}

	private static String fact(String name, @Nullable String value) {
		return (value != null) ? "<div><dt>%s</dt><dd>%s</dd></div>".formatted(text(name), text(value)) : "";
	}

	private static String state(State state) {
		return "state " + state.name();
	}

	private void element(String name, String kind, String content) {
		this.html.append('<').append(name);
		if (!kind.isEmpty()) {
			this.html.append(" class=\"").append(kind).append('"');
			if (kind.startsWith("state ") || name.equals("b")) {
				this.html.append(" data-state=\"").append(kind.replace("state ", "")).append('"');
			}
		}
		this.html.append('>').append(content).append("</").append(name).append('>');
	}

	private static String text(@Nullable String text) {
		return (text != null) ? HtmlUtils.htmlEscape(text) : "";
	}

}
