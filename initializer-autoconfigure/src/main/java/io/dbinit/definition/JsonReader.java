package io.dbinit.definition;

import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Function;

import io.dbinit.definition.DefinitionBuilder.Slot;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON as its standard has it, which YAML parsers do not.
 */
final class JsonReader {

	private static final JsonFactory FACTORY = new JsonFactory();

	private final DefinitionBuilder builder;

	private final JsonParser parser;

	/** Added to the places in the text, which may be a part of a file. */
	private final Place start;

	JsonReader(DefinitionSource source, String text, Place start) {
		this(source, FACTORY.createParser(ObjectReadContext.empty(), text), start);
	}

	private JsonReader(DefinitionSource source, JsonParser parser, Place start) {
		this.builder = new DefinitionBuilder(source);
		this.parser = parser;
		this.start = start;
	}

	/**
	 * Begin to read a list, element by element.
	 */
	static JsonReader ofList(DefinitionSource source, Reader reader) {
		JsonReader list = new JsonReader(source, FACTORY.createParser(ObjectReadContext.empty(), reader), Place.START);
		list.guarded(Slot.ROOT, (parser) -> {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw list.builder.malformed("", list.place(parser.currentTokenLocation()), "there is no list", null);
			}
			return null;
		});
		return list;
	}

	/**
	 * Return the next element of the list, or {@code null} at its end. Elements are not
	 * kept.
	 */
	@Nullable DefinitionNode nextElement() {
		return guarded(Slot.ROOT, (parser) -> {
			if (parser.nextToken() != JsonToken.END_ARRAY) {
				return node(parser, Slot.ROOT);
			}
			requireEnd(parser, Slot.ROOT);
			return null;
		});
	}

	DefinitionNode document(Slot root) {
		try (this.parser) {
			return Objects.requireNonNull(guarded(root, (parser) -> document(parser, root)));
		}
	}

	private @Nullable DefinitionNode guarded(Slot root, Function<JsonParser, @Nullable DefinitionNode> work) {
		try {
			return work.apply(this.parser);
		}
		catch (JacksonIOException ex) {
			throw new UncheckedIOException(ex.getCause());
		}
		catch (JacksonException ex) {
			throw this.builder.malformed(path(this.parser.streamReadContext(), root.key()), place(ex.getLocation()),
					problem(ex), ex);
		}
	}

	private DefinitionNode document(JsonParser parser, Slot root) {
		if (parser.nextToken() == null) {
			throw this.builder.malformed(root.key(), this.start, "there is no JSON", null);
		}
		DefinitionNode document = node(parser, root);
		requireEnd(parser, root);
		return document;
	}

	private void requireEnd(JsonParser parser, Slot root) {
		if (parser.nextToken() != null) {
			throw this.builder.malformed(root.key(), place(parser.currentTokenLocation()),
					"text after the end of the document", null);
		}
	}

	private DefinitionNode node(JsonParser parser, Slot slot) {
		Place place = place(parser.currentTokenLocation());
		JsonToken token = parser.currentToken();
		if (token == JsonToken.START_OBJECT) {
			DefinitionNode map = this.builder.map(slot, place);
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String key = parser.currentName();
				Place keyPlace = place(parser.currentTokenLocation());
				this.builder.requireNewKey(map, key, keyPlace);
				parser.nextToken();
				this.builder.put(map, key, node(parser, slot.in(map, key, keyPlace)));
			}
			return map;
		}
		if (token == JsonToken.START_ARRAY) {
			DefinitionNode list = this.builder.list(slot, place);
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				this.builder.add(list, node(parser, slot.in(list, place(parser.currentTokenLocation()))));
			}
			return list;
		}
		return this.builder.scalar(slot, place, new Scalar(parser.getString(), token != JsonToken.VALUE_STRING, null));
	}

	/**
	 * Leave out hints about the configuration of the parser.
	 */
	private static String problem(JacksonException ex) {
		return String.valueOf(ex.getOriginalMessage()).replaceFirst("(: enable |: maybe a \\(non-standard\\) ).*", "");
	}

	/**
	 * Return the path of the part in which the parser is.
	 */
	private static String path(@Nullable TokenStreamContext context, String root) {
		if (context == null || context.inRoot()) {
			return root;
		}
		String above = path(context.getParent(), root);
		if (context.inArray()) {
			return Position.path(above, String.valueOf(Math.max(0, context.getCurrentIndex())), true);
		}
		return context.hasCurrentName() ? Position.path(above, context.currentName(), false) : above;
	}

	private Place place(@Nullable TokenStreamLocation location) {
		if (location == null) {
			return this.start;
		}
		int line = Math.max(1, location.getLineNr());
		int column = Math.max(1, location.getColumnNr());
		return new Place(this.start.line() + line - 1, (line == 1) ? this.start.column() + column - 1 : column);
	}

}
