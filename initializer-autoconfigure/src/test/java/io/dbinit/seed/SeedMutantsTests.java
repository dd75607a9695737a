package io.dbinit.seed;

import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.testing.Mutants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SeedFiles} with mutants of seeds. One that is accepted has the names
 * and texts that an independent parser finds in it.
 */
class SeedMutantsTests {

	private static final String YAML = """
			# Presets
			id: presets
			description: Presets that every installation has
			environments: [all]
			collection: presets
			mode: insert
			key: name
			data:
			- &small { name: small, pages: 10, price: 1.50, no: on, limits: { api.v1: 5, none: null } }
			- { <<: *small, name: large, tags: [ a, "b", {} ], at: 2024-02-03T04:05:06Z }
			- name: text
			  pages: { $numberLong: 7 }
			  note: |
			    two
			    lines
			---
			id: customers
			table: public.customers
			mode: upsert
			key: "email, country"
			required: false
			depends-on: [ countries ]
			data:
			- { email: a@example.com, country: de, settings: { a: [ 1, null ] }, number: 02134 }
			- { email: b@example.com, country: de, "2024": '2024-02-03' }
			---
			{ id: countries, table: countries, mode: if-empty, data: [ { code: de }, { code: "no" } ] }
			""";

	private static final String JSON = """
			{
			  "id": "presets",
			  "environments": ["all"],
			  "required": false,
			  "depends-on": [],
			  "collection": "presets",
			  "mode": "upsert",
			  "key": ["name", "user.id"],
			  "data": [
			    { "name": "small", "user": { "id": 1 }, "pages": 10, "price": 1.50, "tags": ["a", null, true] },
			    { "name": "large", "user": { "id": { "$oid": "64b7f0c2a1b2c3d4e5f60718" } }, "note": "\\u00e9\\n" }
			  ]
			}
			""";

	private static final String VALUES = """
			id: users
			table: users
			mode: insert
			key: email
			secrets: [token]
			data:
			- { "@label": root, email: a@example.com, tenant: { ref: tenants, slug: a }, token: { generate: 20, file: token } }
			- { email: b@example.com, parent: { ref: "@root", column: id }, token: abc }
			---
			id: projects
			collection: projects
			mode: if-empty
			generate:
			  count: 3
			  reference-date: 2024-05-01
			  fields:
			    _id: { object-id: true }
			    name: { unique: "#{company.name}" }
			    stars: { between: [0, 500] }
			    kind: { one-of: { a: 1, b: 2 } }
			    at: { ago: 30d }
			    nested: { number: { number: 1 }, list: [ { fake: "x" } ] }
			---
			id: results
			collection: results
			mode: if-empty
			generate:
			  count: 2
			  per: projects
			  fields: { project: { from-parent: _id }, of: { ref: projects, name: { from-parent: name } } }
			""";

	@TempDir
	private Path folder;

	@Test
	void readsOrRefusesMutantsOfValues() {
		int accepted = new Mutants(VALUES).read(700, "seeds.yml", (mutant) -> load("seeds.yml", mutant));
		assertThat(accepted).isBetween(1, 699);
	}

	@Test
	void readsOrRefusesMutantsOfYaml() {
		int accepted = new Mutants(YAML).read(700, "seeds.yml", (mutant) -> load("seeds.yml", mutant));
		assertThat(accepted).isBetween(1, 699);
	}

	@Test
	void readsMutantsAsTheyAreWritten() {
		int accepted = new Mutants(YAML.replace("<<: *small, ", "")).read(700, "seeds.yml", (mutant) -> {
			List<String> texts = texts(load("seeds.yml", mutant));
			// SnakeYAML leaves merges to the types of Java
			assertThat(texts).isEqualTo(text(mutant).contains("<<") ? texts : yamlTexts(mutant));
		});
		assertThat(accepted).isBetween(1, 699);
	}

	@Test
	void readsOrRefusesMutantsOfJson() {
		int accepted = new Mutants(JSON).read(500, "seeds.json",
				(mutant) -> assertThat(texts(load("seeds.json", mutant)).stream().map(SeedMutantsTests::number))
					.isEqualTo(jsonTexts(mutant).stream().map(SeedMutantsTests::number).toList()));
		assertThat(accepted).isBetween(1, 499);
	}

	private List<FileSeed> load(String name, byte[] content) throws Exception {
		Files.write(this.folder.resolve(name), content);
		return new SeedFiles(new DefaultResourceLoader(), new MockEnvironment(), null).read("locations",
				List.of(this.folder.toUri().toString()));
	}

	private static List<String> texts(List<FileSeed> seeds) {
		List<String> texts = new ArrayList<>();
		for (FileSeed seed : seeds) {
			seed.data().rows().forEach((row) -> row.values().forEach((name, value) -> {
				texts.add(name);
				collect((DefinitionNode) value, texts);
			}));
		}
		return texts;
	}

	private static void collect(DefinitionNode node, List<String> texts) {
		if (node.isMap()) {
			node.entries().forEach((key, value) -> {
				texts.add(key);
				collect(value, texts);
			});
		}
		else if (node.isList()) {
			node.elements().forEach((element) -> collect(element, texts));
		}
		else {
			texts.add(node.isNull() ? "null" : node.text());
		}
	}

	private static List<String> yamlTexts(byte[] content) {
		List<String> texts = new ArrayList<>();
		for (Node document : new Yaml(new LoaderOptions()).composeAll(new StringReader(text(content)))) {
			if (document instanceof MappingNode map) {
				for (NodeTuple entry : map.getValue()) {
					if (entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals("data")) {
						collect(entry.getValueNode(), texts);
					}
				}
			}
		}
		return texts;
	}

	private static void collect(Node node, List<String> texts) {
		if (node instanceof MappingNode map) {
			map.getValue().forEach((entry) -> {
				texts.add(((ScalarNode) entry.getKeyNode()).getValue());
				collect(entry.getValueNode(), texts);
			});
		}
		else if (node instanceof SequenceNode list) {
			list.getValue().forEach((element) -> collect(element, texts));
		}
		else {
			ScalarNode scalar = (ScalarNode) node;
			boolean isNull = scalar.isPlain() && Set.of("", "~", "null").contains(scalar.getValue());
			texts.add(isNull ? "null" : scalar.getValue());
		}
	}

	private static List<String> jsonTexts(byte[] content) {
		List<String> texts = new ArrayList<>();
		JsonMapper mapper = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
		collect(mapper.readTree(text(content)).path("data"), texts);
		return texts;
	}

	private static String number(String text) {
		try {
			return new BigDecimal(text).stripTrailingZeros().toString();
		}
		catch (NumberFormatException ex) {
			return text;
		}
	}

	private static void collect(JsonNode node, List<String> texts) {
		if (node.isObject()) {
			node.properties().forEach((entry) -> {
				texts.add(entry.getKey());
				collect(entry.getValue(), texts);
			});
		}
		else if (node.isArray()) {
			node.forEach((element) -> collect(element, texts));
		}
		else {
			texts.add(node.isString() ? node.stringValue() : node.toString());
		}
	}

	private static String text(byte[] content) {
		String text = new String(content, StandardCharsets.UTF_8);
		return text.startsWith("\ufeff") ? text.substring(1) : text;
	}

}
