package io.dbinit.mongodb;

import java.util.Map;

import com.mongodb.client.MongoDatabase;
import io.dbinit.StepContext;
import io.dbinit.structure.Check;

/**
 * Compares the collections, validators and indexes with their declarations.
 */
final class StructureCheck implements Check {

	private final Structure structure;

	private final UnsupportedParts unsupported;

	StructureCheck(Structure structure, UnsupportedParts unsupported) {
		this.structure = structure;
		this.unsupported = unsupported;
	}

	@Override
	public String fingerprint() {
		return this.structure.fingerprint();
	}

	@Override
	public void check(StepContext context) {
		Map<String, ActualCollection> actual = ActualCollection.read(context.unwrap(MongoDatabase.class),
				this.structure);
		this.structure.collections()
			.stream()
			.flatMap((collection) -> StructureDiff.of(collection, actual).stream())
			.filter((difference) -> !this.unsupported.contains(difference.subject()))
			.forEach((difference) -> context.mismatch(difference.mismatch()));
	}

}
