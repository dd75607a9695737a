package io.dbinit.mongodb;

import java.util.LinkedHashMap;
import java.util.List;

import io.dbinit.definition.DefinitionNode;
import io.dbinit.definition.DefinitionReader;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import io.dbinit.testing.Mutants;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SeedDocument} with mutants of rows. One that is accepted can be sent to
 * a server.
 */
class SeedDocumentMutantsTests {

	private static final String ROWS = """
			- { name: a, _id: { $oid: 64b7f0c2a1b2c3d4e5f60718 }, n: 1, d: 1.50, no: null, list: [ 1, { a.b: [] } ] }
			- { name: b, at: 2024-02-03T04:05:06Z, date: { $date: 2024-02-03 }, big: { $numberDecimal: 10.50 } }
			- { name: c, bin: { $binary: { base64: aGk=, subType: "04" } }, id: { $uuid: 73ffd264-44b3-4c69-90e8-e7d1dfc035d4 } }
			- { name: d, re: { $regularExpression: { pattern: ^a, options: im } }, ts: { $timestamp: { t: 1, i: 2 } } }
			- { name: e, long: { $numberLong: 7 }, min: { $minKey: 1 }, ref: { $ref: c, $id: 1 }, raw: !!binary aGk= }
			""";

	@Test
	void convertsOrRefusesMutantsOfRows() {
		int accepted = new Mutants(ROWS).read(1000, "rows.yml", (mutant) -> {
			for (DefinitionNode rows : new DefinitionReader((text) -> text).read(new Named(mutant))) {
				List<Row> list = rows.elements()
					.stream()
					.map((row) -> new Row(row.where(), new LinkedHashMap<>(row.entries())))
					.toList();
				for (SeedDocument document : SeedDocument.of(new SeedData("c", Mode.UPSERT, List.of("name"), list))) {
					BsonDocument sent = new RawBsonDocument(document.fields(), new BsonDocumentCodec());
					assertThat(sent).isEqualTo(document.fields());
				}
			}
		});
		assertThat(accepted).isBetween(1, 999);
	}

	private static final class Named extends ByteArrayResource {

		Named(byte[] content) {
			super(content, "rows.yml");
		}

		@Override
		public String getFilename() {
			return "rows.yml";
		}

	}

}
