package io.dbinit.actuate;

import java.util.List;

import io.dbinit.Report;
import io.dbinit.Report.State;
import io.dbinit.actuate.DbInitDescriptor.DatabaseDescriptor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DbInitPage}.
 */
class DbInitPageTests {

	@Test
	void showsEverythingThatThePartsOfTheReportHave() {
		String page = DbInitPage.of(descriptor(Reports.running()));
		assertThat(page)
			.contains("<title>RUNNING", "PostgreSQL 17.11", "shop-7f9c:1:5b0c2a1e", "changeset &#39;orders-7&#39;",
					"orders-6 of orders-8, 2 pending",
					"index &#39;email_1&#39; on &#39;users&#39;: wanted unique: true, found unique: false",
					"The server does not support hidden indexes", "shop 2.3.0", "data-live=\"true\"")
			.doesNotContain("{content}", "{nonce}", "{live}", "{refresh}", "{state}");
	}

	@Test
	void escapesWhatItShows() {
		DatabaseDescriptor database = DatabaseDescriptor.of(Reports.running().databases().get(0), List.of(),
				"<script>alert('1')</script>");
		DbInitDescriptor report = new DbInitDescriptor(State.COMPLETE, "<b>", null, null, "a & b", null,
				List.of(database));
		String page = DbInitPage.of(report);
		assertThat(page).contains("&lt;b&gt;", "a &amp; b", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
		assertThat(page.split("<script", -1)).hasSize(2);
		assertThat(page).doesNotContain("http-equiv=\"refresh\"").contains("data-live=\"false\"");
	}

	@Test
	void allowsItsOwnStyleAndScriptAlone() {
		String page = DbInitPage.of(descriptor(Reports.running()));
		String nonce = page.replaceFirst("(?s).*<script nonce=\"([^\"]+)\".*", "$1");
		assertThat(page)
			.contains("default-src 'none'; style-src 'nonce-" + nonce + "'; script-src 'nonce-" + nonce,
					"<style nonce=\"" + nonce)
			.doesNotContain("src=", "href=", "style=");
		assertThat(DbInitPage.of(descriptor(Reports.running()))).doesNotContain(nonce);
	}

	private static DbInitDescriptor descriptor(Report report) {
		return DbInitDescriptor.of(report,
				report.databases()
					.stream()
					.map((database) -> DatabaseDescriptor.of(database, Reports.runs(), null))
					.toList());
	}

}
