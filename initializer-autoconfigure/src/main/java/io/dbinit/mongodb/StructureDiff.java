package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dbinit.Mismatch;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Compares a declared collection with the collection of the database. The step that
 * changes the database and the check that verifies it read the same differences.
 */
final class StructureDiff {

	private final CollectionDefinition declared;

	private final List<Difference> differences = new ArrayList<>();

	private StructureDiff(CollectionDefinition declared) {
		this.declared = declared;
	}

	/**
	 * Compare a collection.
	 * @param declared the declared collection
	 * @param actual the collections of the database by name
	 * @return the differences, in the order in which they are to be removed
	 */
	static List<Difference> of(CollectionDefinition declared, Map<String, ActualCollection> actual) {
		StructureDiff diff = new StructureDiff(declared);
		ActualCollection collection = actual.get(declared.name());
		if (collection == null) {
			diff.add(Kind.MISSING_COLLECTION, "to exist", ActualCollection.none(declared.name(), actual));
			return diff.differences;
		}
		if (diff.compareKind(collection)) {
			diff.compareOptions(collection);
			diff.compareIndexes(collection);
		}
		diff.differences.sort(Comparator.comparing(Difference::kind));
		return diff.differences;
	}

	/**
	 * Compare everything that cannot be changed afterwards.
	 */
	private boolean compareKind(ActualCollection actual) {
		boolean timeSeries = this.declared.kind().containsKey("timeseries");
		if (actual.isView()) {
			add(Kind.OTHER_KIND, timeSeries ? "a time-series collection" : "a collection",
					"a view on '%s'".formatted(actual.options().getString("viewOn")));
		}
		else if (timeSeries != actual.isTimeSeries()) {
			add(Kind.OTHER_KIND, timeSeries ? "a time-series collection" : "a collection that is no time series",
					timeSeries ? "a collection that is no time series" : "a time-series collection");
		}
		else if (!this.declared.isKindOf(actual.options())) {
			Document found = new Document(actual.options());
			found.keySet().retainAll(Set.of("capped", "size", "max", "timeseries"));
			add(Kind.OTHER_KIND, this.declared.fixedKind().toJson(),
					found.isEmpty() ? "a collection that is not capped" : found.toJson());
		}
		return this.differences.isEmpty();
	}

	private void compareOptions(ActualCollection actual) {
		Object wanted = this.declared.kind().get("expireAfterSeconds");
		Object found = actual.options().get("expireAfterSeconds");
		if (actual.isTimeSeries() && !IndexDefinition.isSame(wanted, found)) {
			add(Kind.EXPIRY, "expireAfterSeconds " + ((wanted != null) ? wanted : "not set"),
					"expireAfterSeconds " + ((found != null) ? found : "not set"));
		}
		if (!this.declared.isValidatedBy(actual.options())) {
			Document validation = new Document();
			this.declared.validation(validation);
			Document existing = new Document(actual.options());
			existing.keySet().retainAll(validation.keySet());
			add(Kind.VALIDATOR, validation.toJson(), existing.isEmpty() ? "nothing" : existing.toJson());
		}
	}

	/**
	 * Find the counterpart of each declared index: an index that does the same under any
	 * name, or else one with the same identity, or else one with the same name.
	 */
	private void compareIndexes(ActualCollection actual) {
		Document collation = actual.options().get("collation", Document.class);
		List<IndexDefinition> open = new ArrayList<>(this.declared.indexes());
		List<Document> free = new ArrayList<>(actual.indexes());
		open.removeIf((index) -> {
			Optional<Document> same = free.stream()
				.filter((existing) -> index.isIdentical(existing, collation)
						&& index.differences(existing, collation).isEmpty())
				.findFirst();
			same.ifPresent(free::remove);
			return same.isPresent();
		});
		for (IndexDefinition index : open) {
			Optional<Document> counterpart = free.stream()
				.filter((existing) -> index.name().equals(existing.getString("name")))
				.findFirst()
				.or(() -> free.stream().filter((existing) -> index.isIdentical(existing, collation)).findFirst());
			counterpart.ifPresent(free::remove);
			compare(index, counterpart.orElseGet(() -> ofOther(index, actual.indexes())), collation);
		}
	}

	/**
	 * Find an index that is the counterpart of another declared one, and has the name.
	 */
	private static @Nullable Document ofOther(IndexDefinition index, List<Document> existing) {
		return existing.stream()
			.filter((other) -> index.name().equals(other.getString("name")))
			.findFirst()
			.orElse(null);
	}

	private void compare(IndexDefinition index, @Nullable Document existing, @Nullable Document collation) {
		if (existing == null) {
			this.differences.add(new Difference(Kind.MISSING_INDEX, this.declared, index, null, Set.of(),
					index.document().toJson(), "nothing"));
			return;
		}
		Set<String> options = Collections.unmodifiableSet(index.differences(existing, collation));
		this.differences
			.add(new Difference(IndexDefinition.isChangeable(options) ? Kind.CHANGEABLE_INDEX : Kind.CONFLICTING_INDEX,
					this.declared, index, existing, options, IndexDefinition.describe(index.document(), options),
					IndexDefinition.describe(existing, options)));
	}

	private void add(Kind kind, String wanted, String found) {
		this.differences.add(new Difference(kind, this.declared, null, null, Set.of(), wanted, found));
	}

	/**
	 * Kind of a difference.
	 */
	enum Kind {

		/** The collection does not exist, and neither do its indexes. */
		MISSING_COLLECTION,

		/** The collection cannot become as declared, or is a view. */
		OTHER_KIND,

		/** The expiry of a time-series collection, which can be changed in place. */
		EXPIRY,

		/** The validator, its level or its action. */
		VALIDATOR,

		/** The index exists with other options that can be changed in place. */
		CHANGEABLE_INDEX,

		/** The index exists with other options, or another one has its name. */
		CONFLICTING_INDEX,

		/** The index does not exist. */
		MISSING_INDEX

	}

	/**
	 * Difference between a declaration and a database.
	 *
	 * @param kind the kind
	 * @param collection the declared collection
	 * @param index the declared index, or {@code null}
	 * @param existing the existing index, or {@code null}
	 * @param options the options in which the index differs
	 * @param wanted the declared state
	 * @param found the actual state
	 */
	record Difference(Kind kind, CollectionDefinition collection, @Nullable IndexDefinition index,
			@Nullable Document existing, Set<String> options, String wanted, String found) {

		String subject() {
			if (this.index != null) {
				return "index '%s' on '%s'".formatted(this.index.name(), this.collection.name());
			}
			return (this.kind == Kind.VALIDATOR) ? this.collection.validatorName()
					: "collection '" + this.collection.name() + "'";
		}

		/**
		 * Return the place of the definition, for messages.
		 */
		String where() {
			return (this.index != null) ? this.index.where() : this.collection.where();
		}

		Mismatch mismatch() {
			return new Mismatch(subject(), this.wanted, this.found);
		}

	}

}
