package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.mongodb.client.MongoDatabase;
import io.dbinit.Definition;
import io.dbinit.InitializationException;
import io.dbinit.Phase;
import io.dbinit.PlannedChange;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.mongodb.MongoDbProperties.OnIndexConflict;
import io.dbinit.mongodb.StructureDiff.Difference;
import io.dbinit.mongodb.StructureDiff.Kind;

/**
 * Creates the collections, validators and indexes that are missing, and changes those
 * that differ from their declaration. Leaves alone everything that is not declared.
 */
final class StructureStep implements Step {

	private final Structure structure;

	private final OnIndexConflict onIndexConflict;

	private final UnsupportedParts unsupported;

	StructureStep(Structure structure, OnIndexConflict onIndexConflict, UnsupportedParts unsupported) {
		this.structure = structure;
		this.onIndexConflict = onIndexConflict;
		this.unsupported = unsupported;
	}

	@Override
	public String name() {
		return "collections";
	}

	@Override
	public Phase phase() {
		return Phase.STRUCTURE;
	}

	@Override
	public String fingerprint() {
		return this.structure.fingerprint();
	}

	@Override
	public List<Definition> definitions() {
		return this.structure.collections()
			.stream()
			.flatMap((collection) -> collection.definitions().stream())
			.toList();
	}

	/**
	 * The changes come from the differences of which {@link #run} removes, by the same
	 * methods.
	 */
	@Override
	public List<PlannedChange> plan(StepContext context) throws Exception {
		MongoDatabase database = context.unwrap(MongoDatabase.class);
		PlanningContext planning = new PlanningContext(context);
		StructureChanges changes = new StructureChanges(planning, database, this.unsupported);
		for (List<Difference> differences : differences(database)) {
			remove(differences, changes);
		}
		return new StructureWarnings(database).addTo(planning.planned());
	}

	private List<List<Difference>> differences(MongoDatabase database) {
		Map<String, ActualCollection> actual = ActualCollection.read(database, this.structure);
		List<List<Difference>> collections = this.structure.collections()
			.stream()
			.map((collection) -> StructureDiff.of(collection, actual))
			.toList();
		for (List<Difference> differences : collections) {
			requirePossible(differences);
		}
		return collections;
	}

	@Override
	public void run(StepContext context) throws Exception {
		this.unsupported.clear();
		MongoDatabase database = context.unwrap(MongoDatabase.class);
		List<List<Difference>> collections = differences(database);
		StructureChanges changes = new StructureChanges(context, database, this.unsupported);
		boolean validated = false;
		for (List<Difference> differences : collections) {
			validated |= remove(differences, changes);
		}
		if (validated) {
			reportForgottenValidators(context, ActualCollection.list(database));
		}
	}

	/**
	 * Fail before the first change if a difference cannot be removed.
	 */
	private void requirePossible(List<Difference> differences) {
		for (Difference difference : differences) {
			if (difference.kind() == Kind.OTHER_KIND) {
				throw new InitializationException(
						"Failed to create %s: wanted %s, found %s".formatted(difference.subject(), difference.wanted(),
								difference.found()),
						"A collection cannot become such afterwards: copy it to a new one, or correct the definition at %s."
							.formatted(difference.where()),
						null);
			}
			if (difference.kind() == Kind.CONFLICTING_INDEX) {
				requireRebuild(difference);
			}
		}
	}

	private void requireRebuild(Difference difference) {
		if (this.onIndexConflict != OnIndexConflict.REBUILD) {
			String existing = Objects.requireNonNull(difference.existing()).getString("name");
			throw new InitializationException(
					"Failed to create index '%s' on '%s': wanted %s, found %s".formatted(existing,
							difference.collection().name(), difference.wanted(), difference.found()),
					"Correct the definition at %s, drop the index, or set 'db-init.mongodb.on-index-conflict' to 'rebuild'."
						.formatted(difference.where()),
					null);
		}
	}

	/**
	 * Remove the differences of a collection.
	 * @return whether the validator was set
	 */
	private boolean remove(List<Difference> differences, StructureChanges changes) throws Exception {
		boolean validated = false;
		List<IndexDefinition> missing = new ArrayList<>();
		for (Difference difference : differences) {
			CollectionDefinition collection = difference.collection();
			switch (difference.kind()) {
				case MISSING_COLLECTION -> {
					validated = changes.create(collection);
					missing.addAll(collection.indexes());
				}
				case EXPIRY -> changes.expire(collection);
				case VALIDATOR -> validated = changes.validate(collection);
				case CHANGEABLE_INDEX -> {
					if (!changes.change(difference)) {
						requireRebuild(difference);
						changes.drop(difference);
						missing.add(Objects.requireNonNull(difference.index()));
					}
				}
				case CONFLICTING_INDEX -> {
					changes.drop(difference);
					missing.add(Objects.requireNonNull(difference.index()));
				}
				case MISSING_INDEX -> missing.add(Objects.requireNonNull(difference.index()));
				case OTHER_KIND -> throw new IllegalStateException(difference.subject());
			}
		}
		if (!missing.isEmpty()) {
			changes.create(differences.get(0).collection(), missing);
		}
		return validated;
	}

	/**
	 * Some servers accept a validator and do not keep it.
	 */
	private void reportForgottenValidators(StepContext context, Map<String, ActualCollection> actual) {
		for (CollectionDefinition collection : this.structure.collections()) {
			ActualCollection existing = actual.get(collection.name());
			if (collection.validator() != null && existing != null && !existing.options().containsKey("validator")) {
				this.unsupported.add(context, collection.validatorName(), "the server accepts it and does not keep it");
			}
		}
	}

}
