package io.dbinit.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import io.dbinit.definition.DefinitionNode;
import org.jspecify.annotations.Nullable;

/**
 * Finds passwords that are written in plain text and that everyone knows.
 */
final class DefaultPasswords {

	private static final Pattern FIELD = Pattern.compile(".*(password|passwd|passphrase|pwd)",
			Pattern.CASE_INSENSITIVE);

	private static final Set<String> KNOWN = Set.of("", "admin", "admin123", "admin1234", "administrator", "changeit",
			"changeme", "letmein", "passw0rd", "password", "password1", "password123", "qwerty", "root", "secret",
			"tenant123", "test123", "user123", "welcome", "welcome1", "123456", "12345678", "123456789");

	private DefaultPasswords() {
	}

	/**
	 * Return the default passwords of a seed.
	 * @param data the content of the seed
	 * @return the values, empty if there are none
	 */
	static List<DefinitionNode> in(SeedData data) {
		List<DefinitionNode> found = new ArrayList<>();
		data.rows().forEach((row) -> row.values().forEach((field, value) -> collect(field, value, found)));
		return found;
	}

	private static void collect(String field, @Nullable Object value, List<DefinitionNode> found) {
		if (!(value instanceof DefinitionNode node) || node.isNull()) {
			return;
		}
		if (node.isMap()) {
			node.entries().forEach((key, nested) -> collect(key, nested, found));
		}
		else if (node.isList()) {
			node.elements().forEach((element) -> collect(field, element, found));
		}
		else if (FIELD.matcher(field).matches() && KNOWN.contains(node.text().toLowerCase(Locale.ROOT))) {
			found.add(node);
		}
	}

}
