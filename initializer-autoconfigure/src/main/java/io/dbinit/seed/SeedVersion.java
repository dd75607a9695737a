package io.dbinit.seed;

import java.math.BigDecimal;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.dbinit.Fingerprint;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Computes the version of a seed from its content.
 */
final class SeedVersion {

	private static final Pattern TIMESTAMP = Pattern.compile("\\d{4}-(\\d\\d-\\d\\d|\\d\\d?-\\d\\d?([Tt]|[ \\t]+).*)");

	private SeedVersion() {
	}

	/**
	 * Return the version, which is different wherever another value would be written.
	 * @param data the content
	 * @return the version
	 */
	static String of(SeedData data) {
		return version(data, SeedVersion::value);
	}

	/**
	 * Return the version that was recorded for the same content before definitions kept
	 * values as they are written: decimal numbers were doubles, and timestamps instants.
	 * @param data the content
	 * @param isTable whether a column gives a date without an offset its meaning
	 * @return the version
	 */
	static String former(SeedData data, boolean isTable) {
		return version(data, (scalar) -> formerValue(scalar, isTable));
	}

	private static String version(SeedData data, Function<DefinitionNode, @Nullable Object> values) {
		String updates = (data.update().isEmpty() && data.touch() == null) ? ""
				: " %s %s".formatted(data.update(), data.touch());
		return Fingerprint.of("%s %s %s %s".formatted(data.target(), data.mode(), data.key(),
				Fingerprint.canonical(data.rows().stream().map((row) -> row(row, values)).toList())) + updates
				+ ((data.source() != null) ? " file " + data.source().mark() : ""));
	}

	private static Map<String, @Nullable Object> row(Row row, Function<DefinitionNode, @Nullable Object> values) {
		Map<String, @Nullable Object> plain = new LinkedHashMap<>();
		row.values().forEach((name, value) -> plain.put(name, plain(value, values)));
		return plain;
	}

	/**
	 * Return a node as text that is equal for equal values.
	 */
	static String canonical(DefinitionNode node) {
		return Fingerprint.canonical(plain(node, SeedVersion::value));
	}

	private static @Nullable Object plain(@Nullable Object value, Function<DefinitionNode, @Nullable Object> values) {
		if (!(value instanceof DefinitionNode node)) {
			return value;
		}
		if (node.isMap()) {
			Map<String, @Nullable Object> map = new LinkedHashMap<>();
			node.entries().forEach((key, nested) -> map.put(key, plain(nested, values)));
			return map;
		}
		return node.isList() ? node.elements().stream().map((element) -> plain(element, values)).toList()
				: values.apply(node);
	}

	private static @Nullable Object value(DefinitionNode scalar) {
		Object value = scalar.value();
		if (value instanceof byte[] bytes) {
			return new Unquoted("!!binary " + HexFormat.of().formatHex(bytes));
		}
		return (value instanceof String text && scalar.instant().isPresent()) ? new Unquoted(text) : value;
	}

	private static @Nullable Object formerValue(DefinitionNode scalar, boolean isTable) {
		Object value = scalar.value();
		if (value instanceof BigDecimal) {
			return Double.valueOf(scalar.text());
		}
		if (value instanceof String text && scalar.isPlain() && TIMESTAMP.matcher(text).matches()) {
			return (isTable || scalar.instant().isPresent()) ? Date.from(scalar.timestamp()) : value;
		}
		return value;
	}

	/**
	 * Text that is different from the same text in quotes.
	 */
	private record Unquoted(String text) {

		@Override
		public String toString() {
			return this.text;
		}

	}

}
