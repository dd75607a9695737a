package io.dbinit.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;

/**
 * Builds the nodes of a file, within limits that keep a small file from becoming a large
 * tree.
 */
final class DefinitionBuilder {

	static final int MAX_DEPTH = 100;

	private static final int MAX_COPIES = 100_000;

	private final DefinitionSource source;

	private @Nullable DefinitionNode current;

	private int copies;

	DefinitionBuilder(DefinitionSource source) {
		this.source = source;
	}

	/**
	 * Position of a new node.
	 *
	 * @param parent the map or list that it becomes a part of, or {@code null}
	 * @param key its key in a map, or its index in a list
	 * @param keyPlace the place of the key
	 * @param depth the number of nodes above it
	 */
	record Slot(@Nullable DefinitionNode parent, String key, Place keyPlace, int depth) {

		static final Slot ROOT = new Slot(null, "", Place.START, 0);

		Slot in(DefinitionNode map, String key, Place place) {
			return new Slot(map, key, place, this.depth + 1);
		}

		Slot in(DefinitionNode list, Place place) {
			return new Slot(list, String.valueOf(list.elements().size()), place, this.depth + 1);
		}

	}

	DefinitionNode scalar(Slot slot, Place place, Scalar scalar) {
		DefinitionNode node = node(slot, place, scalar);
		requireCharacters(node, scalar.text());
		return node;
	}

	DefinitionNode map(Slot slot, Place place) {
		return node(slot, place, new LinkedHashMap<String, DefinitionNode>());
	}

	DefinitionNode list(Slot slot, Place place) {
		return node(slot, place, new ArrayList<DefinitionNode>());
	}

	private DefinitionNode node(Slot slot, Place place, Object content) {
		DefinitionNode node = new DefinitionNode(this.source, slot.parent(), slot.key(),
				(slot.parent() != null) ? slot.keyPlace() : place, place, content);
		if (slot.depth() > MAX_DEPTH) {
			throw node.invalid("more than " + MAX_DEPTH + " levels", "Write it with fewer levels.");
		}
		this.current = node;
		return node;
	}

	/**
	 * Add a value to a map, in place of the value that the map has by that key.
	 */
	@SuppressWarnings("unchecked")
	void put(DefinitionNode map, String key, DefinitionNode value) {
		((Map<String, DefinitionNode>) map.content()).put(key, value);
	}

	@SuppressWarnings("unchecked")
	void add(DefinitionNode list, DefinitionNode element) {
		((List<DefinitionNode>) list.content()).add(element);
	}

	/**
	 * Check the key of a new entry.
	 */
	void requireNewKey(DefinitionNode map, String key, Place place) {
		DefinitionNode other = map.entries().get(key);
		DefinitionNode node = new DefinitionNode(this.source, map, key, place, place, "");
		if (other != null) {
			throw node.invalidKey("the key '%s' is already in line %d".formatted(key, other.keyPlace().line()),
					"Remove one of them.");
		}
		if (key.indexOf('\0') >= 0) {
			throw node.invalidKey("a key cannot have the character NUL", "Correct the key.");
		}
		requireCharacters(node, key);
	}

	/**
	 * Copy a node to another place, as an alias stands for it.
	 */
	DefinitionNode copy(DefinitionNode node, Slot slot) {
		DefinitionNode copy = node(slot, node.place(), node.isMap() ? new LinkedHashMap<String, DefinitionNode>()
				: node.isList() ? new ArrayList<DefinitionNode>() : node.content());
		if (++this.copies > MAX_COPIES) {
			throw copy.invalid("the aliases of this file stand for more than " + MAX_COPIES + " values",
					"Write fewer aliases.");
		}
		if (node.isMap()) {
			node.entries().forEach((key, value) -> put(copy, key, copy(value, slot.in(copy, key, value.keyPlace()))));
		}
		else if (node.isList()) {
			node.elements().forEach((element) -> add(copy, copy(element, slot.in(copy, element.keyPlace()))));
		}
		return copy;
	}

	/**
	 * Escapes can write halves of characters, which no database can store.
	 */
	private static void requireCharacters(DefinitionNode node, String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(text.charAt(i))) {
				throw node.invalid("'\\u%04x' is half a character".formatted((int) text.charAt(i)),
						"Write both halves, or the character itself.");
			}
		}
	}

	/**
	 * Return the path of the node that was begun last.
	 */
	String path() {
		return (this.current != null) ? this.current.path() : "";
	}

	/**
	 * Return the error of a text that is not well-formed.
	 * @param path the path of the malformed part
	 * @param place its place
	 * @param problem the problem
	 * @param cause the error of the parser
	 * @return the exception to throw
	 */
	InitializationException malformed(String path, Place place, @Nullable String problem, @Nullable Throwable cause) {
		return new Position(path, this.source, place).invalid(String.valueOf(problem), "Correct the file.", cause);
	}

}
