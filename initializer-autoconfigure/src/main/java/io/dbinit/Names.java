package io.dbinit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that are stored in databases, reported and logged.
 */
final class Names {

	/** Control and format characters, line separators, and halves of characters. */
	private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

	private Names() {
	}

	/**
	 * Require a name to be printable, and short enough to be stored.
	 * @param kind the kind of the named thing, as the subject of a message
	 * @param name the name
	 * @param length the greatest length
	 * @throws InitializationException if the name is not valid
	 */
	static void require(String kind, String name, int length) {
		String problem = name.isBlank() ? "has no name"
				: NOT_PRINTABLE.matcher(name).find() ? "has a character in its name that cannot be printed"
						: (name.length() > length)
								? "has a name of %d characters, more than %d".formatted(name.length(), length) : null;
		if (problem != null) {
			throw new InitializationException("%s '%s' %s".formatted(kind, printable(name), problem),
					"Change the name. No database was touched.", null);
		}
	}

	/**
	 * Return a text without characters that would begin a line or move the cursor.
	 * @param text the text
	 * @return the text, with escapes in place of the characters that cannot be printed
	 */
	static String printable(String text) {
		return NOT_PRINTABLE.matcher(text).replaceAll((match) -> Matcher.quoteReplacement(escape(match.group())));
	}

	private static String escape(String character) {
		return switch (character) {
			case "\n" -> "\\n";
			case "\r" -> "\\r";
			case "\t" -> "\\t";
			default -> "\\u%04x".formatted((int) character.charAt(0));
		};
	}

}
