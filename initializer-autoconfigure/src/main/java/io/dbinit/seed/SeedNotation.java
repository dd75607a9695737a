package io.dbinit.seed;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import io.dbinit.definition.DataFile;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.RowSource;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ResourceLoader;

/**
 * Reads the notation of a seed: {@code table} or {@code collection} with {@code key},
 * {@code mode} and the rows in {@code data}, and the properties of a {@link Seed}.
 */
final class SeedNotation {

	private static final List<String> KEYS = List.of("id", "description", "database", "environments", "required",
			"depends-on", "condition", "table", "collection", "mode", "key", "update", "touch", "data", "file",
			"secrets", "encode", "generate");

	private final DefinitionNode definition;

	private final Map<String, DefinitionNode> entries;

	private final boolean isTable;

	private final ResourceLoader resources;

	private final References references;

	private final @Nullable PasswordEncoding encoding;

	private final Recipes recipes;

	SeedNotation(DefinitionNode definition, ResourceLoader resources, References references,
			@Nullable PasswordEncoding encoding, Recipes recipes) {
		this.recipes = recipes;
		this.definition = definition;
		this.resources = resources;
		this.references = references;
		this.encoding = encoding;
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
		SeedSecrets secrets = SeedSecrets.read(this.entries.get("secrets"), this.entries.get("encode"), data,
				this.encoding);
		return new FileSeed(this.definition, id, (description != null) ? description.text() : "",
				(database != null) ? database.name() : this.isTable ? "jdbc" : "mongodb",
				new LinkedHashSet<>(texts("environments")), required == null || required.flag(),
				new LinkedHashSet<>(texts("depends-on")), data, secrets.version(data),
				(condition != null) ? SeedCondition.read(condition, this.isTable) : SeedCondition.NONE, this.references,
				secrets);
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
		DefinitionNode file = this.entries.get("file");
		DefinitionNode generate = this.entries.get("generate");
		requireOne(file, generate, this.entries.get("data"));
		if (file != null || generate != null) {
			RowSource source = (generate != null) ? this.recipes.read(this.definition.require("id").name(), generate)
					: DataFile.of(this.definition.require("file"), this.resources);
			return new SeedData(target, mode, key, List.of(), update(mode, key, null), touch(mode, List.of()), source);
		}
		List<Row> rows = rows(target, key);
		return new SeedData(target, mode, key, rows, update(mode, key, rows), touch(mode, rows), null);
	}

	private void requireOne(@Nullable DefinitionNode... sources) {
		DefinitionNode found = null;
		for (DefinitionNode source : sources) {
			if (source != null && found != null) {
				throw found.invalidKey("the rows come from somewhere else, too (%s)".formatted(source.where()),
						"Keep one of 'data', 'file' and 'generate'.");
			}
			found = (source != null) ? source : found;
		}
		if (found == null) {
			throw this.definition.invalid("'data' is missing", "Add the rows as 'data', a 'file', or 'generate' them.");
		}
	}

	private List<Row> rows(String target, List<String> key) {
		Map<Object, DefinitionNode> identities = new LinkedHashMap<>();
		List<Row> rows = new ArrayList<>();
		for (DefinitionNode row : this.definition.require("data").elements()) {
			rows.add(row(row, target, key));
			if (!key.isEmpty()) {
				requireNew(row, key, identities);
			}
		}
		return rows;
	}

	private List<String> update(Mode mode, List<String> key, @Nullable List<Row> rows) {
		List<String> update = texts("update");
		if (update.isEmpty()) {
			return update;
		}
		DefinitionNode node = this.definition.require("update");
		requireUpdates(node, "update", mode);
		for (String column : update) {
			if (key.contains(column)) {
				throw node.invalid("'" + column + "' is a part of the key, which is never updated",
						"Remove it from 'update'.");
			}
			if (rows != null && rows.stream().noneMatch((row) -> row.values().containsKey(column))) {
				throw node.invalid("no row has '" + column + "'", "Correct the name, or add the value.");
			}
		}
		return update;
	}

	private @Nullable String touch(Mode mode, List<Row> rows) {
		DefinitionNode node = this.entries.get("touch");
		if (node == null) {
			return null;
		}
		requireUpdates(node, "touch", mode);
		String column = node.name();
		if (rows.stream().anyMatch((row) -> row.values().containsKey(column))) {
			throw node.invalid("'" + column + "' has a value in a row, too", "Remove one of them.");
		}
		return column;
	}

	private static void requireUpdates(DefinitionNode node, String key, Mode mode) {
		if (!mode.updates()) {
			throw node.invalidKey(
					"'%s' is for the modes 'upsert' and 'always', as no other one updates rows".formatted(key),
					"Change the mode, or remove it.");
		}
	}

	private Row row(DefinitionNode row, String target, List<String> key) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>(row.entries());
		if (values.remove(References.LABEL) instanceof DefinitionNode label) {
			this.references.label(label, target, key, row.entries());
		}
		if (this.isTable && values.isEmpty()) {
			throw row.invalid("a row must have a column", "Add a column, or remove the row.");
		}
		return new Row(row, values);
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
