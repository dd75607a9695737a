package io.dbinit.jdbc;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Credentials for the connections of the starter, where they are not those of the
 * application.
 *
 * @param url the JDBC URL, {@code null} for that of the application
 * @param user the user
 * @param password the password
 */
record Login(@Nullable String url, @Nullable String user, @Nullable String password) {

	static final Login NONE = new Login(null, null, null);

	/** Credentials in a URL, which drivers prefer to those that they are given. */
	private static final Pattern CREDENTIALS = Pattern
		.compile("(?i)(?<=//)[^/@?;]*@|(?<=[?&])(user|password)=[^&]*&?|;(user|password)=[^;]*");

	boolean isPresent() {
		return this.url != null || this.user != null;
	}

	/**
	 * Return a URL whose connections are opened with this login.
	 * @param applicationUrl the URL of the application
	 * @return the URL
	 */
	@Nullable String url(@Nullable String applicationUrl) {
		String effective = (this.url != null) ? this.url : applicationUrl;
		return (effective == null || this.user == null) ? effective : CREDENTIALS.matcher(effective).replaceAll("");
	}

}
