package io.dbinit.liquibase;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * External entities and document types of XML changelogs. Liquibase resolves a relative
 * system identifier, in lower case, against the root of the class path.
 */
final class ExternalEntities {

	private static final Pattern DECLARATION = Pattern.compile(
			"<!(?:ENTITY|DOCTYPE)\\s[^>\"']*?(?:SYSTEM|PUBLIC\\s+(?:\"[^\"]*\"|'[^']*'))\\s+(?:\"([^\"]*)\"|'([^']*)')");

	private static final Pattern ABSOLUTE = Pattern.compile("\\w+:.*");

	private ExternalEntities() {
	}

	/**
	 * Return the places of the external entities that an XML file declares.
	 * @param content the content of a file, which need not be XML
	 * @return the places, empty if the file declares none
	 */
	static Set<String> placesIn(String content) {
		Set<String> places = new LinkedHashSet<>();
		// Declarations are ASCII: UTF-16 adds zero bytes only
		String text = content.replace("\0", "");
		if (text.contains("<!")) {
			Matcher matcher = DECLARATION.matcher(text);
			while (matcher.find()) {
				String systemId = (matcher.group(1) != null) ? matcher.group(1) : matcher.group(2);
				if (!ABSOLUTE.matcher(systemId).matches()) {
					places.add("classpath*:/" + systemId.toLowerCase(Locale.ROOT));
				}
			}
		}
		return places;
	}

}
