package io.dbinit.seed;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the notation of a seed: {@code table} or {@code collection} with {@code key},
 * {@code mode} and the rows in {@code data}, and the properties of a {@link Seed}.
 */
final class SeedNotation {

	private static final List<String> KEYS = List.of("id", "description", "database", "environments", "required",
			"depends-on", "condition", "table", "collection", "mode", "key", "data");

	private final DefinitionNode definition;

	private final Map<String, DefinitionNode> entries;

	private final boolean isTable;

	SeedNotation(DefinitionNode definition) {
		this.definition = definition;
		this.entries = definition.entries(KEYS);
		this.isTable = this.entries.containsKey("table");
		if (this.isTable == this.entries.containsKey("collection")) {
			throw definition.invalid("exactly one of 'table' and 'collection' must be given",
					"Name the table or the collection.");
		}
	}

	FileSeed read() {
		String id = this.definition.require("id").name();
		DefinitionNode description = this.entries.get("description");
		DefinitionNode database = this.entries.get("database");
		DefinitionNode required = this.entries.get("required");
		DefinitionNode condition = this.entries.get("condition");
		SeedData data = data();
		return new FileSeed(this.definition, id, (description != null) ? description.text() : "",
				(database != null) ? database.name() : this.isTable ? "jdbc" : "mongodb",
				new LinkedHashSet<>(texts("environments")), required == null || required.flag(),
				new LinkedHashSet<>(texts("depends-on")), data, SeedVersion.of(data),
				(condition != null) ? SeedCondition.read(condition, this.isTable) : SeedCondition.NONE);
	}

	private List<String> texts(String key) {
		DefinitionNode node = this.entries.get(key);
		return (node != null) ? node.texts() : List.of();
	}

	private SeedData data() {
		String target = this.definition.require(this.isTable ? "table" : "collection").name();
		DefinitionNode modeNode = this.entries.get("mode");
		Mode mode = (modeNode != null) ? modeNode.constant(Mode.class) : Mode.INSERT;
		List<String> key = texts("key");
		if (mode.needsKey() && key.isEmpty()) {
			throw this.definition.invalid("'key' is missing, which tells the rows that are already there",
					"Add the columns or fields that identify a row.");
		}
		if (new HashSet<>(key).size() < key.size()) {
			throw this.definition.require("key").invalid("a name is there twice", "Remove one of them.");
		}
		Map<Object, DefinitionNode> identities = new LinkedHashMap<>();
		List<Row> rows = new ArrayList<>();
		for (DefinitionNode row : this.definition.require("data").elements()) {
			rows.add(row(row));
			if (!key.isEmpty()) {
				requireNew(row, key, identities);
			}
		}
		return new SeedData(target, mode, key, rows);
	}

	private Row row(DefinitionNode row) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>(row.entries());
		if (this.isTable && values.isEmpty()) {
			throw row.invalid("a row must have a column", "Add a column, or remove the row.");
		}
		return new Row(row.where(), values);
	}

	private void requireNew(DefinitionNode row, List<String> key, Map<Object, DefinitionNode> identities) {
		List<Object> identity = new ArrayList<>();
		for (String field : key) {
			DefinitionNode value = value(row, field);
			if (value == null || value.isNull()) {
				throw row.invalid("there is no value of the key '" + field + "'", "Add the value.");
			}
			identity.add(identity(value));
		}
		DefinitionNode other = identities.putIfAbsent(identity, row);
		if (other != null) {
			throw row.invalid("the row in line %d has the same values of the key '%s'".formatted(other.line(),
					String.join(", ", key)), "Remove one of them.");
		}
	}

	/**
	 * In a column the number 1 is the text '1'.
	 */
	private Object identity(DefinitionNode value) {
		return (this.isTable && value.isScalar()) ? value.text() : SeedVersion.canonical(value);
	}

	private @Nullable DefinitionNode value(DefinitionNode row, String field) {
		DefinitionNode value = row.entries().get(field);
		int dot = field.indexOf('.');
		if (value == null && dot > 0) {
			DefinitionNode nested = row.entries().get(field.substring(0, dot));
			return (nested != null && nested.isMap()) ? value(nested, field.substring(dot + 1)) : null;
		}
		return value;
	}

}
