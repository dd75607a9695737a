package io.dbinit.definition;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Function;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Node of a definition: a map, a list or a scalar, which keeps the text of its file and
 * its position. Reading a node as something that it is not fails with an
 * {@link InitializationException} that names the key, the file, the line and the column.
 */
public final class DefinitionNode {

	private final DefinitionSource source;

	private final @Nullable DefinitionNode parent;

	private final String key;

	private final Place keyPlace;

	private final Place place;

	private final Object content;

	DefinitionNode(DefinitionSource source, @Nullable DefinitionNode parent, String key, Place keyPlace, Place place,
			Object content) {
		this.source = source;
		this.parent = parent;
		this.key = key;
		this.keyPlace = keyPlace;
		this.place = place;
		this.content = content;
	}

	/**
	 * Return whether this is a map.
	 * @return whether this is a map
	 */
	public boolean isMap() {
		return this.content instanceof Map;
	}

	/**
	 * Return whether this is a list.
	 * @return whether this is a list
	 */
	public boolean isList() {
		return this.content instanceof List;
	}

	/**
	 * Return whether this is a scalar.
	 * @return whether this is neither a map nor a list
	 */
	public boolean isScalar() {
		return this.content instanceof Scalar;
	}

	/**
	 * Return whether this is {@code null}.
	 * @return whether this is a scalar that stands for no value
	 */
	public boolean isNull() {
		return this.content instanceof Scalar scalar && scalar.isNull();
	}

	/**
	 * Return whether this node was read from a text that has its form, rather than put
	 * together from properties, which lose {@code null}, empty maps and lists.
	 * @return whether this is as it was written
	 */
	public boolean isVerbatim() {
		return this.source.isVerbatim();
	}

	/**
	 * Return whether the text of this scalar has placeholders. Their values may be
	 * secrets.
	 * @return whether the value depends on the environment
	 */
	public boolean hasPlaceholders() {
		return this.content instanceof Scalar scalar && scalar.text().contains("${")
				&& !scalar.text().equals(resolve(scalar.text()));
	}

	/**
	 * Return whether this scalar has neither quotes nor a tag nor placeholders, so that
	 * its text alone tells its type.
	 * @return whether this is a scalar in plain style
	 */
	public boolean isPlain() {
		return this.content instanceof Scalar scalar && scalar.isPlain() && scalar.tag() == null && !hasPlaceholders();
	}

	/**
	 * Return the entries of this map.
	 * @return the values by key, in the order of the file
	 * @throws InitializationException if this is not a map
	 */
	@SuppressWarnings("unchecked")
	public Map<String, DefinitionNode> entries() {
		if (this.content instanceof Map) {
			return Collections.unmodifiableMap((Map<String, DefinitionNode>) this.content);
		}
		throw wanted("a map", "Write 'key: value' lines.");
	}

	/**
	 * Return the entries of this map, whose keys must be known.
	 * @param known the known keys
	 * @return the values by key, in the order of the file
	 * @throws InitializationException if this is not a map, or has a key that is not
	 * known
	 */
	public Map<String, DefinitionNode> entries(Collection<String> known) {
		Map<String, DefinitionNode> entries = entries();
		entries.forEach((key, node) -> {
			if (!known.contains(key)) {
				throw node.invalidKey("unknown key '" + key + "'" + NearestWord.suggest(key, known),
						"Correct the key, or remove it.");
			}
		});
		return entries;
	}

	/**
	 * Return the value of a key of this map.
	 * @param key the key
	 * @return the value, or empty if the map does not have the key
	 * @throws InitializationException if this is not a map
	 */
	public Optional<DefinitionNode> get(String key) {
		return Optional.ofNullable(entries().get(key));
	}

	/**
	 * Return the value of a key that this map must have.
	 * @param key the key
	 * @return the value
	 * @throws InitializationException if this is not a map, or does not have the key
	 */
	public DefinitionNode require(String key) {
		return get(key).orElseThrow(() -> invalid("'" + key + "' is missing", "Add the key '" + key + "'."));
	}

	/**
	 * Return the elements of this list.
	 * @return the elements
	 * @throws InitializationException if this is not a list
	 */
	@SuppressWarnings("unchecked")
	public List<DefinitionNode> elements() {
		if (this.content instanceof List) {
			return Collections.unmodifiableList((List<DefinitionNode>) this.content);
		}
		throw wanted("a list", "Write one element per line, each begun with '- '.");
	}

	/**
	 * Return the text of this scalar, with the values of its placeholders.
	 * @return the text
	 * @throws InitializationException if this is not a scalar, is {@code null}, or has a
	 * placeholder without a value
	 */
	public String text() {
		Scalar scalar = scalar();
		if (scalar.isNull()) {
			throw invalid("has no value", "Write a value, or remove the key.");
		}
		return resolve(scalar.text());
	}

	/**
	 * Return the text of this scalar for messages. It has the names of placeholders in
	 * place of their values, which may be secrets.
	 * @return the text as it was written
	 * @throws InitializationException if this is not a scalar
	 */
	public String written() {
		return scalar().text();
	}

	/**
	 * Return the texts of this list. They can also be written as a single text, separated
	 * by commas.
	 * @return the texts, none of which is blank
	 * @throws InitializationException if this is neither a list of texts nor a text
	 */
	public List<String> texts() {
		if (isList()) {
			return elements().stream().map(DefinitionNode::name).toList();
		}
		if (isMap()) {
			throw wanted("a list of texts", "Write them as [a, b].");
		}
		return Arrays.stream(text().split(",")).map(String::strip).filter((text) -> !text.isEmpty()).toList();
	}

	/**
	 * Return the text of this scalar, which must not be blank.
	 * @return the text
	 * @throws InitializationException if this is not a text, or is blank
	 */
	public String name() {
		String text = text();
		if (text.isBlank()) {
			throw invalid("must not be blank", "Write a value, or remove the key.");
		}
		return text;
	}

	/**
	 * Return the value of this scalar by the core schema of YAML 1.2, except that a
	 * number with leading zeros is a text. Quoted texts, and texts with placeholders, are
	 * texts. An explicit tag decides.
	 * @return {@code null}, a {@link String}, {@link Boolean}, {@link Integer},
	 * {@link Long}, {@link java.math.BigInteger}, {@link java.math.BigDecimal},
	 * {@link Double} (infinite or not a number only), {@code byte[]} or {@link Instant}
	 * (explicit tags only)
	 * @throws InitializationException if this is not a scalar, or its text does not match
	 * its tag
	 */
	public @Nullable Object value() {
		Scalar scalar = scalar();
		if (scalar.text().contains("${")) {
			String text = resolve(scalar.text());
			if (!text.equals(scalar.text())) {
				return text;
			}
		}
		try {
			return scalar.value();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()), "Correct the value, or its tag.");
		}
	}

	/**
	 * Return the instant that this scalar stands for without quotes or with the tag
	 * {@code !!timestamp}: a date, a time and an offset, as in
	 * {@code 2024-02-03T04:05:06Z}.
	 * @return the instant, or empty if this scalar is something else
	 */
	public Optional<Instant> instant() {
		return scalar().instant();
	}

	/**
	 * Return the instant that this text stands for by the rules of YAML: at midnight
	 * without a time, and in UTC without an offset.
	 * @return the instant
	 * @throws InitializationException if the text is not a timestamp
	 */
	public Instant timestamp() {
		String text = text();
		return new Scalar(text, true, null).timestamp()
			.orElseThrow(() -> invalid("'" + written() + "' is not a date", "Write a date like 2024-02-03T04:05:06Z."));
	}

	/**
	 * Return this node with everything below it as plain Java values.
	 * @return a map, a list, or a {@linkplain #value() value}
	 */
	public @Nullable Object plain() {
		if (isMap()) {
			Map<String, @Nullable Object> map = new LinkedHashMap<>();
			entries().forEach((key, node) -> map.put(key, node.plain()));
			return map;
		}
		if (isList()) {
			List<@Nullable Object> list = new ArrayList<>();
			elements().forEach((node) -> list.add(node.plain()));
			return list;
		}
		return value();
	}

	/**
	 * Return the flag that this scalar stands for.
	 * @return {@code true} or {@code false}
	 * @throws InitializationException if it is neither
	 */
	public boolean flag() {
		return word(List.of("true", "false")).equals("true");
	}

	/**
	 * Return the word that this scalar stands for.
	 * @param known the known words
	 * @return one of these words
	 * @throws InitializationException if the word is not known
	 */
	public String word(Collection<String> known) {
		return ScalarReader.word(this, known);
	}

	/**
	 * Return the constant that this scalar names in lower case, with hyphens.
	 * @param <E> the type of the constants
	 * @param type the type of the constants
	 * @return the constant
	 * @throws InitializationException if there is no constant of that name
	 */
	public <E extends Enum<E>> E constant(Class<E> type) {
		return ScalarReader.constant(this, type);
	}

	/**
	 * Return the whole number that this scalar stands for.
	 * @param min the least value
	 * @param max the greatest value
	 * @return the number
	 * @throws InitializationException if it is not such a number
	 */
	public long number(long min, long max) {
		return ScalarReader.number(this, min, max);
	}

	/**
	 * Return the duration that this scalar stands for. Only {@code 0} needs no unit.
	 * @return the duration
	 * @throws InitializationException if it is not a duration
	 */
	public Duration duration() {
		return ScalarReader.duration(this);
	}

	/**
	 * Return the size that this scalar stands for: bytes, or a number with a unit.
	 * @return the size
	 * @throws InitializationException if it is not a size greater than zero
	 */
	public DataSize size() {
		return ScalarReader.size(this);
	}

	/**
	 * Return a text in the place of this node. It is taken as it is.
	 * @param text the text
	 * @return a scalar
	 */
	public DefinitionNode withText(String text) {
		return with(this.parent, new Scalar(text, false, null));
	}

	/**
	 * Return a scalar without quotes in the place of this node.
	 * @param text the text, whose form tells its type
	 * @return a scalar
	 */
	public DefinitionNode withPlain(String text) {
		return with(this.parent, new Scalar(text, true, null));
	}

	/**
	 * Return a map in the place of this node.
	 * @param entries the entries
	 * @return a map
	 */
	public DefinitionNode withEntries(Map<String, DefinitionNode> entries) {
		return with(this.parent, new LinkedHashMap<>(entries));
	}

	/**
	 * Return this node with other nodes in the place of some that are below it.
	 * @param replacement returns the node for a map, or {@code null} to keep it
	 * @return a copy, or this node if all are kept
	 */
	public DefinitionNode replace(Function<DefinitionNode, @Nullable DefinitionNode> replacement) {
		DefinitionNode other = isMap() ? replacement.apply(this) : null;
		return (other != null) ? other : replaceBelow(replacement);
	}

	/**
	 * Return this node with other nodes in the place of some that are below it, and with
	 * itself as it is.
	 * @param replacement returns the node for a map, or {@code null} to keep it
	 * @return a copy, or this node if all are kept
	 */
	public DefinitionNode replaceBelow(Function<DefinitionNode, @Nullable DefinitionNode> replacement) {
		if (isList()) {
			List<DefinitionNode> elements = elements().stream().map((element) -> element.replace(replacement)).toList();
			return elements.equals(elements()) ? this : with(this.parent, new ArrayList<>(elements));
		}
		if (isScalar() || entries().values().stream().allMatch(DefinitionNode::isScalar)) {
			return this;
		}
		Map<String, DefinitionNode> entries = new LinkedHashMap<>();
		entries().forEach((key, value) -> entries.put(key, value.replace(replacement)));
		return entries.equals(entries()) ? this : with(this.parent, entries);
	}

	private DefinitionNode with(@Nullable DefinitionNode parent, Object content) {
		return new DefinitionNode(this.source.resolved(), parent, this.key, this.keyPlace, this.place, content);
	}

	/**
	 * Return the path of this node in its definition.
	 * @return the path, like {@code collections.users.indexes[0]}, empty at the root
	 */
	public String path() {
		if (this.parent == null) {
			return this.key;
		}
		return Position.path(this.parent.path(), this.key, this.parent.isList());
	}

	/**
	 * Return where this node stands, for messages.
	 * @return the path and the file with line and column
	 */
	public String where() {
		return new Position(path(), this.source, this.place).toString();
	}

	/**
	 * Return the line of this node.
	 * @return the line, from 1
	 */
	public int line() {
		return this.place.line();
	}

	/**
	 * Return the error of a node that is not valid.
	 * @param problem the problem
	 * @param action the suggested action
	 * @return the exception to throw
	 */
	public InitializationException invalid(String problem, String action) {
		return new Position(path(), this.source, this.place).invalid(problem, action, null);
	}

	/**
	 * Return the error of a node whose key is not valid.
	 * @param problem the problem
	 * @param action the suggested action
	 * @return the exception to throw
	 */
	public InitializationException invalidKey(String problem, String action) {
		return new Position(path(), this.source, this.keyPlace).invalid(problem, action, null);
	}

	private Scalar scalar() {
		if (this.content instanceof Scalar scalar) {
			return scalar;
		}
		throw wanted("a single value", "Write a single value.");
	}

	private InitializationException wanted(String wanted, String action) {
		String found = isMap() ? "a map" : isList() ? "a list" : isNull() ? "nothing" : "'" + scalar().text() + "'";
		return invalid("wanted " + wanted + ", found " + found, action);
	}

	private String resolve(String text) {
		try {
			return text.contains("${") ? this.source.resolve(text) : text;
		}
		catch (IllegalArgumentException ex) {
			throw invalid("a placeholder has no value: " + ex.getMessage(), "Set the property, or write a default.");
		}
	}

	DefinitionNode with(Map<String, DefinitionNode> entries) {
		return new DefinitionNode(this.source, this.parent, this.key, this.keyPlace, this.place, entries);
	}

	DefinitionSource source() {
		return this.source;
	}

	Place place() {
		return this.place;
	}

	Place keyPlace() {
		return this.keyPlace;
	}

	Object content() {
		return this.content;
	}

	@Override
	public String toString() {
		return where();
	}

}
