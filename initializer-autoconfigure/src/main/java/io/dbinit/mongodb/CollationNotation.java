package io.dbinit.mongodb;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import io.dbinit.definition.DefinitionNode;
import org.bson.Document;

/**
 * Reads a collation, which has at least a {@code locale}, with the keys of MongoDB.
 */
final class CollationNotation {

	private static final Map<String, Function<DefinitionNode, Object>> KEYS = Map.of("locale", DefinitionNode::name,
			"strength", (node) -> (int) node.number(1, 5), "caseLevel", DefinitionNode::flag, "caseFirst",
			(node) -> node.word(List.of("upper", "lower", "off")), "numericOrdering", DefinitionNode::flag, "alternate",
			(node) -> node.word(List.of("non-ignorable", "shifted")), "maxVariable",
			(node) -> node.word(List.of("punct", "space")), "normalization", DefinitionNode::flag, "backwards",
			DefinitionNode::flag);

	private CollationNotation() {
	}

	static Document read(DefinitionNode node) {
		DefinitionNode options = Validators.options(node);
		Document collation = new Document();
		options.entries(KEYS.keySet())
			.forEach((key, value) -> collation.append(key, Objects.requireNonNull(KEYS.get(key)).apply(value)));
		if (!collation.containsKey("locale")) {
			throw node.invalid("a collation needs a 'locale'", "Write, for example, { locale: en }.");
		}
		return collation;
	}

}
