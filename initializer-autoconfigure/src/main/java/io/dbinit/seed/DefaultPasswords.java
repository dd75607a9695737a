package io.dbinit.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Finds passwords that are written in plain text and that everyone knows.
 */
final class DefaultPasswords {

	private static final Pattern FIELD = Pattern.compile(".*(password|passwd|passphrase|pwd)",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern ENCODED_FIELD = Pattern.compile(".*(password|passwd|passphrase|pwd)([_-]?hash)?",
			Pattern.CASE_INSENSITIVE);

	/** Forms that the encoders of Spring Security write. */
	private static final Pattern ENCODED = Pattern.compile("(\\{[A-Za-z0-9@_.+-]+}.+|\\$2[aby]\\$.+|\\$argon2.+)");

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
		return in(data, SeedSecrets.NONE);
	}

	/**
	 * Return the default passwords of a seed whose secrets are known.
	 * @param data the content of the seed
	 * @param secrets its secrets
	 * @return the values, empty if there are none
	 */
	static List<DefinitionNode> in(SeedData data, SeedSecrets secrets) {
		List<DefinitionNode> found = new ArrayList<>();
		data.rows().forEach((row) -> {
			collect(row, found);
			secrets.texts(row).stream().filter((text) -> isKnown(text) && !found.contains(text)).forEach(found::add);
		});
		return found;
	}

	private static boolean isKnown(DefinitionNode text) {
		return KNOWN.contains(text.text().toLowerCase(Locale.ROOT));
	}

	/**
	 * Return the encoded passwords of a seed that are encodings of a default password.
	 * @param data the content of the seed
	 * @param encoding the encoding of the application
	 * @return the values, empty if there are none
	 */
	static List<DefinitionNode> encodedIn(SeedData data, PasswordEncoding encoding) {
		List<DefinitionNode> found = new ArrayList<>();
		data.rows().forEach((row) -> row.values().forEach((field, value) -> {
			if (value instanceof DefinitionNode node && node.isScalar() && !node.isNull()
					&& ENCODED_FIELD.matcher(field).matches() && ENCODED.matcher(node.text()).matches()
					&& KNOWN.stream().anyMatch((known) -> encoding.matches(known, node.text()))) {
				found.add(node);
			}
		}));
		return found;
	}

	/**
	 * Return the first default password of the file of a seed, which is read for it.
	 * @param data the content of the seed
	 * @return the value, or empty if there is none
	 */
	static Optional<DefinitionNode> inFile(SeedData data) {
		if (data.source() == null) {
			return Optional.empty();
		}
		List<DefinitionNode> found = new ArrayList<>();
		try (Stream<Row> rows = data.stream()) {
			return rows.peek((row) -> collect(row, found))
				.filter((row) -> !found.isEmpty())
				.findFirst()
				.map((row) -> found.get(0));
		}
	}

	private static void collect(Row row, List<DefinitionNode> found) {
		row.values().forEach((field, value) -> collect(field, value, found));
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
