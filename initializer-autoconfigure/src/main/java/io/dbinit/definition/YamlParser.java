package io.dbinit.definition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionBuilder.Slot;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML. The types of scalars are left to {@link Scalar}; a plain key {@code <<}
 * merges the entries of other maps.
 */
final class YamlParser {

	private static final Set<String> SCALAR_TAGS = Set.of("str", "null", "bool", "int", "float", "binary", "timestamp");

	private final DefinitionBuilder builder;

	private final Parser parser;

	private final Map<String, DefinitionNode> anchors = new HashMap<>();

	private final Set<DefinitionNode> open = new HashSet<>();

	YamlParser(DefinitionSource source, String text) {
		this.builder = new DefinitionBuilder(source);
		LoaderOptions options = new LoaderOptions();
		options.setCodePointLimit(Integer.MAX_VALUE);
		this.parser = new ParserImpl(new StreamReader(text), options);
	}

	List<DefinitionNode> documents() {
		List<DefinitionNode> documents = new ArrayList<>();
		try {
			next(ID.StreamStart);
			while (!this.parser.checkEvent(ID.StreamEnd)) {
				next(ID.DocumentStart);
				this.anchors.clear();
				boolean empty = isEmpty(this.parser.peekEvent());
				DefinitionNode document = node(Slot.ROOT);
				if (!empty) {
					documents.add(document);
				}
				next(ID.DocumentEnd);
			}
			return documents;
		}
		catch (MarkedYAMLException ex) {
			Mark mark = (ex.getProblemMark() != null) ? ex.getProblemMark() : ex.getContextMark();
			String context = (ex.getContext() != null) ? ex.getContext() + ", " : "";
			throw this.builder.malformed(this.builder.path(), (mark != null) ? place(mark) : Place.START,
					context + ex.getProblem(), ex);
		}
		catch (YAMLException ex) {
			throw this.builder.malformed(this.builder.path(), Place.START, ex.getMessage(), ex);
		}
	}

	private static boolean isEmpty(Event event) {
		return event instanceof ScalarEvent scalar && scalar.isPlain() && scalar.getValue().isEmpty()
				&& scalar.getTag() == null;
	}

	private Event next(ID id) {
		Event event = this.parser.getEvent();
		if (!event.is(id)) {
			throw new IllegalStateException("Expected " + id + ", found " + event);
		}
		return event;
	}

	private DefinitionNode node(Slot slot) {
		NodeEvent event = (NodeEvent) this.parser.getEvent();
		if (event instanceof AliasEvent alias) {
			return alias(slot, alias);
		}
		Place place = place(event.getStartMark());
		if (event instanceof ScalarEvent scalar) {
			DefinitionNode node = this.builder.scalar(slot, place,
					new Scalar(scalar.getValue(), scalar.isPlain(), tag(scalar.getTag())));
			requireScalarTag(node, scalar.getTag());
			anchor(event, node);
			return node;
		}
		boolean map = event.is(ID.MappingStart);
		DefinitionNode node = map ? this.builder.map(slot, place) : this.builder.list(slot, place);
		requireTag(node, ((CollectionStartEvent) event).getTag(), map ? "map" : "seq");
		anchor(event, node);
		this.open.add(node);
		if (map) {
			entries(node, slot);
		}
		else {
			while (!this.parser.checkEvent(ID.SequenceEnd)) {
				Slot element = slot.in(node, place(this.parser.peekEvent().getStartMark()));
				this.builder.add(node, node(element));
			}
		}
		this.parser.getEvent();
		this.open.remove(node);
		return node;
	}

	private void anchor(NodeEvent event, DefinitionNode node) {
		if (event.getAnchor() != null) {
			this.anchors.put(event.getAnchor(), node);
		}
	}

	private DefinitionNode alias(Slot slot, AliasEvent alias) {
		Place place = place(alias.getStartMark());
		DefinitionNode node = this.anchors.get(alias.getAnchor());
		if (node == null) {
			throw this.builder.scalar(slot, place, new Scalar("", true, null))
				.invalid("there is no anchor '&" + alias.getAnchor() + "' above", "Correct the alias.");
		}
		if (this.open.contains(node)) {
			throw this.builder.scalar(slot, place, new Scalar("", true, null))
				.invalid("the alias '*" + alias.getAnchor() + "' stands within its own anchor, in line " + node.line(),
						"Write the value in place of the alias.");
		}
		return this.builder.copy(node, slot);
	}

	/**
	 * Merged entries take the place of their {@code <<}. An entry of the map itself has
	 * precedence.
	 */
	private void entries(DefinitionNode map, Slot slot) {
		Set<String> merged = new HashSet<>();
		while (!this.parser.checkEvent(ID.MappingEnd)) {
			NodeEvent event = (NodeEvent) this.parser.getEvent();
			Place place = place(event.getStartMark());
			String key = key(event, map, place);
			if (event instanceof ScalarEvent scalar && scalar.isPlain() && key.equals("<<")) {
				merge(node(slot.in(map, key, place)), map, slot, merged);
				continue;
			}
			if (!merged.remove(key)) {
				this.builder.requireNewKey(map, key, place);
			}
			this.builder.put(map, key, node(slot.in(map, key, place)));
		}
	}

	private String key(NodeEvent event, DefinitionNode map, Place place) {
		if (event instanceof ScalarEvent scalar) {
			anchor(event, this.builder.scalar(new Slot(map, scalar.getValue(), place, 1), place,
					new Scalar(scalar.getValue(), scalar.isPlain(), null)));
			if (scalar.getTag() == null || scalar.getTag().equals("!")
					|| scalar.getTag().equals(Scalar.PREFIX + "str")) {
				return scalar.getValue();
			}
		}
		if (event instanceof AliasEvent alias) {
			DefinitionNode node = this.anchors.get(alias.getAnchor());
			if (node != null && node.content() instanceof Scalar scalar) {
				return scalar.text();
			}
		}
		throw this.builder.scalar(new Slot(map, "?", place, 1), place, new Scalar("", true, null))
			.invalidKey("a key must be a text", "Write a text, in quotes where needed.");
	}

	private void merge(DefinitionNode node, DefinitionNode map, Slot slot, Set<String> merged) {
		if (node.isList()) {
			node.elements().forEach((element) -> merge(element, map, slot, merged));
			return;
		}
		if (!node.isMap()) {
			throw node.invalid("'<<' merges maps only", "Write an alias of a map.");
		}
		node.entries().forEach((key, value) -> {
			if (!map.entries().containsKey(key)) {
				this.builder.put(map, key, this.builder.copy(value, slot.in(map, key, value.keyPlace())));
				merged.add(key);
			}
		});
	}

	private static @Nullable String tag(@Nullable String tag) {
		return "!".equals(tag) ? Scalar.PREFIX + "str" : tag;
	}

	private static void requireScalarTag(DefinitionNode node, @Nullable String tag) {
		if (tag == null || tag.equals("!")) {
			return;
		}
		if (!tag.startsWith(Scalar.PREFIX) || !SCALAR_TAGS.contains(tag.substring(Scalar.PREFIX.length()))) {
			throw unknown(node, tag);
		}
		if (!tag.equals(Scalar.PREFIX + "str")) {
			node.value();
		}
	}

	private static void requireTag(DefinitionNode node, @Nullable String tag, String wanted) {
		if (tag != null && !tag.equals("!") && !tag.equals(Scalar.PREFIX + wanted)) {
			throw unknown(node, tag);
		}
	}

	private static InitializationException unknown(DefinitionNode node, String tag) {
		boolean standard = tag.startsWith(Scalar.PREFIX);
		String name = standard ? "!!" + tag.substring(Scalar.PREFIX.length()) : tag;
		String kind = node.isMap() ? "a map" : node.isList() ? "a list" : "a single value";
		return node.invalid(kind + " cannot have the tag '" + name + "'",
				"Remove the tag, or write one of "
						+ SCALAR_TAGS.stream().sorted().map((word) -> "!!" + word).collect(Collectors.joining(", "))
						+ " at a single value.");
	}

	private static Place place(Mark mark) {
		return new Place(mark.getLine() + 1, mark.getColumn() + 1);
	}

}
