package io.dbinit.definition;

import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;

/**
 * Position of a part of a definition, which the errors of that part name.
 *
 * @param path the path of the part, empty at the root
 * @param source the source of the definition
 * @param place the line and column
 */
record Position(String path, DefinitionSource source, Place place) {

	/**
	 * Return the path of an entry or element.
	 * @param above the path of its map or list
	 * @param key the key of the entry, or the index of the element
	 * @param isIndex whether it is an index
	 * @return the path
	 */
	static String path(String above, String key, boolean isIndex) {
		if (isIndex) {
			return above + "[" + key + "]";
		}
		boolean plain = !key.isEmpty() && key.chars().noneMatch((c) -> ".[]'".indexOf(c) >= 0);
		return plain ? (above.isEmpty() ? key : above + "." + key) : above + "['" + key + "']";
	}

	InitializationException invalid(String problem, String action, @Nullable Throwable cause) {
		return invalid(toString(), problem, action, cause);
	}

	static InitializationException invalid(String where, String problem, String action, @Nullable Throwable cause) {
		return new InitializationException("Invalid definition at %s: %s".formatted(where, printable(problem)),
				action + " No database was touched.", cause);
	}

	private static String printable(String text) {
		if (text.chars().noneMatch(Character::isISOControl)) {
			return text;
		}
		return text.chars()
			.mapToObj((c) -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : String.valueOf((char) c))
			.collect(Collectors.joining());
	}

	@Override
	public String toString() {
		Origin origin = this.source.origin(this.place);
		if (this.path.isEmpty()) {
			return String.valueOf(origin);
		}
		return "'" + printable(this.path) + "'" + ((origin != null) ? " (" + origin + ")" : "");
	}

}
