package io.dbinit.seed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.dbinit.Fingerprint;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.RowSource;
import net.datafaker.Faker;
import org.jspecify.annotations.Nullable;

/**
 * Generated rows of a seed. A value depends on the seed, the number of the row and the
 * name of the field alone, so that another field, or more rows, change no value that was
 * generated before.
 */
final class Recipe implements RowSource {

	private static final List<String> KEYS = List.of("count", "per", "fields", "reference-date");

	private static final List<String> KINDS = List.of("fake", "unique", "one-of", "between", "ago", "from-parent",
			"object-id", "number");

	/**
	 * The date before which generated points in time are, unless the recipe has its own.
	 */
	private static final Instant REFERENCE = Instant.parse("2026-01-01T00:00:00Z");

	private final String id;

	private final DefinitionNode definition;

	private final int count;

	private final @Nullable Recipe parent;

	private final Map<String, DefinitionNode> fields;

	private final Instant reference;

	private final Random random = new Random();

	/** Created when it is needed, as it reads many files. */
	private @Nullable Faker faker;

	/**
	 * Create a recipe.
	 * @param id the id of the seed
	 * @param definition the notation
	 * @param count the number of rows, or {@code null} for that of the notation
	 * @param recipes returns the recipe of another seed
	 */
	Recipe(String id, DefinitionNode definition, @Nullable Integer count, Function<DefinitionNode, Recipe> recipes) {
		this.id = id;
		this.definition = definition;
		Map<String, DefinitionNode> entries = definition.entries(KEYS);
		int written = (int) definition.require("count").number(0, Integer.MAX_VALUE);
		this.count = (count != null) ? count : written;
		DefinitionNode per = entries.get("per");
		this.parent = (per != null) ? recipes.apply(per) : null;
		this.fields = definition.require("fields").entries();
		if (this.fields.isEmpty()) {
			throw definition.require("fields").invalid("there is no field", "Add a field.");
		}
		DefinitionNode date = entries.get("reference-date");
		this.reference = (date != null) ? date.timestamp() : REFERENCE;
		this.fields.values().forEach(this::check);
	}

	private void check(DefinitionNode field) {
		if (References.isReference(field)) {
			field.entries().forEach((key, value) -> {
				if (!key.equals("ref") && !key.equals("column")) {
					check(value);
				}
			});
			return;
		}
		kind(field).ifPresent((kind) -> {
			field.entries(List.of(kind));
			DefinitionNode value = field.require(kind);
			switch (kind) {
				case "one-of" -> {
					if (value.isMap()) {
						value.entries().values().forEach((weight) -> weight.number(1, 1_000_000));
					}
					else if (value.elements().isEmpty()) {
						throw value.invalid("there is nothing to choose from", "Add a value.");
					}
				}
				case "between" -> {
					if (value.elements().size() != 2 || range(value)[0] > range(value)[1]) {
						throw value.invalid("wanted the least and the greatest number", "Write them as [1, 5].");
					}
				}
				case "ago" -> value.duration();
				case "from-parent" -> {
					if (this.parent == null || !this.parent.fields.containsKey(value.name())) {
						throw value.invalid("there is no field '%s' of a parent".formatted(value.name()),
								"Name a field of the seed that 'per' names.");
					}
				}
				case "number" -> value.number(Long.MIN_VALUE, Long.MAX_VALUE);
				case "object-id" -> value.flag();
				default -> value.name();
			}
		});
	}

	private static long[] range(DefinitionNode node) {
		return node.elements()
			.stream()
			.mapToLong((element) -> element.number(Long.MIN_VALUE, Long.MAX_VALUE))
			.toArray();
	}

	private static Optional<String> kind(DefinitionNode field) {
		return field.isMap() ? field.entries().keySet().stream().findFirst().filter(KINDS::contains) : Optional.empty();
	}

	int total() {
		return (this.parent != null) ? Math.multiplyExact(this.parent.total(), this.count) : this.count;
	}

	@Override
	public Stream<DefinitionNode> rows() {
		return IntStream.range(0, total()).mapToObj(this::row);
	}

	private DefinitionNode row(int number) {
		Map<String, DefinitionNode> values = new LinkedHashMap<>();
		this.fields.forEach((name, field) -> values.put(name, value(field, number, name)));
		return this.definition.withEntries(values);
	}

	private DefinitionNode cell(int number, String name) {
		DefinitionNode field = this.fields.get(name);
		return value((field != null) ? field : this.definition, number, name);
	}

	private DefinitionNode value(DefinitionNode field, int number, String path) {
		if (References.isReference(field)) {
			Map<String, DefinitionNode> entries = new LinkedHashMap<>();
			field.entries()
				.forEach((key, value) -> entries.put(key,
						key.equals("ref") ? value : value(value, number, path + "." + key)));
			return field.withEntries(entries);
		}
		Optional<String> kind = kind(field);
		if (kind.isPresent()) {
			return value(kind.get(), field.require(kind.get()), field, number, path);
		}
		if (field.isMap()) {
			Map<String, DefinitionNode> entries = new LinkedHashMap<>();
			field.entries().forEach((key, value) -> entries.put(key, value(value, number, path + "." + key)));
			return field.withEntries(entries);
		}
		return field;
	}

	private DefinitionNode value(String kind, DefinitionNode value, DefinitionNode field, int number, String path) {
		this.random.setSeed(seed(path, number));
		return switch (kind) {
			case "fake" -> field.withText(expression(value));
			case "unique" -> field.withText(unique(expression(value), number));
			case "one-of" -> choose(value);
			case "between" -> field.withPlain(String.valueOf(between(range(value))));
			case "ago" -> field.withPlain(ago(value.duration()));
			case "from-parent" -> parentOf(value).cell(number / this.count, value.name());
			case "object-id" -> field.withEntries(Map.of("$oid",
					field.withText(Fingerprint.of(this.id + " " + path + " " + number).substring(0, 24))));
			default -> field.withPlain(String.valueOf(value.number(Long.MIN_VALUE, Long.MAX_VALUE) + number));
		};
	}

	private Recipe parentOf(DefinitionNode value) {
		if (this.parent == null) {
			throw value.invalid("the seed has no parent", "Name one with 'per'.");
		}
		return this.parent;
	}

	private long seed(String path, int number) {
		return Long.parseUnsignedLong(Fingerprint.of("%s %d %s".formatted(this.id, number, path)).substring(0, 16), 16);
	}

	private String expression(DefinitionNode value) {
		try {
			Faker faker = (this.faker != null) ? this.faker : new Faker(this.random);
			this.faker = faker;
			return faker.expression(value.name());
		}
		catch (RuntimeException ex) {
			throw value.invalid("'%s' cannot be generated: %s".formatted(value.written(), ex.getMessage()),
					"Write an expression of Datafaker, like #{name.fullName}.");
		}
	}

	/**
	 * Insert the number of the row: before the at sign of an address, else at the end.
	 */
	private static String unique(String text, int number) {
		int at = text.indexOf('@');
		return (at >= 0) ? text.substring(0, at) + number + text.substring(at) : text + " " + number;
	}

	private DefinitionNode choose(DefinitionNode value) {
		if (value.isList()) {
			return value.elements().get(this.random.nextInt(value.elements().size()));
		}
		List<String> choices = new ArrayList<>();
		long sum = 0;
		for (DefinitionNode weight : value.entries().values()) {
			sum += weight.number(1, 1_000_000);
		}
		long point = between(new long[] { 0, sum - 1 });
		for (Map.Entry<String, DefinitionNode> entry : value.entries().entrySet()) {
			choices.add(entry.getKey());
			point -= entry.getValue().number(1, 1_000_000);
			if (point < 0) {
				break;
			}
		}
		return value.withText(choices.get(choices.size() - 1));
	}

	private long between(long[] range) {
		return (range[0] == range[1]) ? range[0] : this.random.longs(1, range[0], range[1] + 1).findFirst().getAsLong();
	}

	private String ago(Duration longest) {
		return this.reference.minusSeconds(between(new long[] { 0, Math.max(1, longest.toSeconds()) })).toString();
	}

	@Override
	public String mark() {
		return Fingerprint.of("%s %d %s %s".formatted(SeedVersion.canonical(this.definition), this.count,
				this.reference, (this.parent != null) ? this.parent.mark() : ""));
	}

	@Override
	public String toString() {
		return "the recipe of seed '" + this.id + "'";
	}

}
