package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.mongodb.client.MongoDatabase;
import io.dbinit.Mismatch;
import io.dbinit.definition.NearestWord;
import io.dbinit.StepContext;
import io.dbinit.structure.Check;
import org.bson.Document;

/**
 * Compares the collections, validators and indexes with what was declared.
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
		MongoDatabase database = context.unwrap(MongoDatabase.class);
		Map<String, Document> existing = StructureStep.existing(database);
		for (CollectionDefinition collection : this.structure.collections()) {
			Document options = existing.get(collection.name());
			if (options == null) {
				context.mismatch(new Mismatch("collection '" + collection.name() + "'", "to exist",
						"nothing" + NearestWord.find(collection.name(), existing.keySet())
							.map((name) -> ", but '" + name + "'")
							.orElse("")));
				continue;
			}
			if (!collection.isKindOf(options)) {
				context.mismatch(new Mismatch("collection '" + collection.name() + "'", collection.kind().toJson(),
						options.toJson()));
			}
			checkValidator(context, collection, options);
			if (!collection.indexes().isEmpty()) {
				checkIndexes(context, collection,
						database.getCollection(collection.name()).listIndexes().into(new ArrayList<>()));
			}
		}
	}

	private void checkValidator(StepContext context, CollectionDefinition collection, Document options) {
		String subject = StructureStep.validator(collection);
		if (!collection.isValidatedBy(options) && !this.unsupported.contains(subject)) {
			Document wanted = new Document();
			collection.validation(wanted);
			Document found = new Document(options);
			found.keySet().retainAll(wanted.keySet());
			context.mismatch(new Mismatch(subject, wanted.toJson(), found.isEmpty() ? "nothing" : found.toJson()));
		}
	}

	private void checkIndexes(StepContext context, CollectionDefinition collection, List<Document> found) {
		for (IndexDefinition index : collection.indexes()) {
			String subject = StructureStep.index(collection, index);
			Optional<Document> existing = StructureStep.existing(index, found);
			if (this.unsupported.contains(subject)) {
				continue;
			}
			if (existing.isEmpty()) {
				context.mismatch(new Mismatch(subject, index.document().toJson(), "nothing"));
				continue;
			}
			Set<String> differences = index.differences(existing.get());
			if (!differences.isEmpty()) {
				context.mismatch(new Mismatch(subject, IndexDefinition.describe(index.document(), differences),
						IndexDefinition.describe(existing.get(), differences)));
			}
		}
	}

}
