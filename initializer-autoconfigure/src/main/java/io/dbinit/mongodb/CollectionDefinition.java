package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.List;

import com.mongodb.MongoCommandException;
import io.dbinit.Definition;
import io.dbinit.Fingerprint;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A collection that must exist.
 *
 * @param name its name
 * @param kind its options other than the validation: {@code capped}, {@code size},
 * {@code max}, {@code timeseries}, {@code expireAfterSeconds}
 * @param validator the filter that every document must match, or {@code null}
 * @param validationLevel {@code strict} or {@code moderate}
 * @param validationAction {@code error} or {@code warn}
 * @param indexes its indexes, apart from the one on {@code _id}
 * @param where where it was written, for messages
 */
record CollectionDefinition(String name, Document kind, @Nullable Document validator, String validationLevel,
		String validationAction, List<IndexDefinition> indexes, String where) {

	private static final long SIZE_STEP = 256;

	private static final long MIN_SIZE = 4096;

	/**
	 * Return the collection as text that is the same for definitions that mean the same.
	 */
	String canonical() {
		Document document = new Document("name", this.name);
		document.putAll(this.kind);
		if (this.validator != null) {
			validation(document);
		}
		document.append("indexes", this.indexes.stream().map(IndexDefinition::document).toList());
		return Fingerprint.canonical(document);
	}

	/**
	 * Return the things that are declared: the options of the collection, its validator
	 * and each of its indexes. Other applications can declare the rest.
	 */
	List<Definition> definitions() {
		List<Definition> definitions = new ArrayList<>();
		if (!this.kind.isEmpty()) {
			definitions
				.add(new Definition("collection '" + this.name + "'", Fingerprint.canonical(this.kind), this.where));
		}
		if (this.validator != null) {
			Document validation = new Document();
			validation(validation);
			definitions.add(new Definition(validatorName(), Fingerprint.canonical(validation), this.where));
		}
		this.indexes.forEach((index) -> definitions.add(index.definition(this.name)));
		return definitions;
	}

	/**
	 * Add the options of the validation to a command.
	 */
	void validation(Document command) {
		command.append("validator", this.validator)
			.append("validationLevel", this.validationLevel)
			.append("validationAction", this.validationAction);
	}

	/**
	 * Return whether a collection was created as declared.
	 * @param options its options as {@code listCollections} returns them
	 */
	boolean isKindOf(Document options) {
		return fixedKind().entrySet()
			.stream()
			.allMatch((option) -> isKindOf(option.getKey(), option.getValue(), options.get(option.getKey())));
	}

	/**
	 * Return this collection with other indexes.
	 */
	CollectionDefinition with(List<IndexDefinition> indexes) {
		return new CollectionDefinition(this.name, this.kind, this.validator, this.validationLevel,
				this.validationAction, indexes, this.where);
	}

	/**
	 * Return how its validator is called in messages and reports.
	 */
	String validatorName() {
		return "validator of '" + this.name + "'";
	}

	/**
	 * Return the options that cannot be changed afterwards.
	 */
	Document fixedKind() {
		Document fixed = new Document(this.kind);
		fixed.remove("expireAfterSeconds");
		return fixed;
	}

	/**
	 * A server rounds the size of a capped collection up, and adds defaults to a time
	 * series.
	 */
	private static boolean isKindOf(String option, Object wanted, @Nullable Object found) {
		if (option.equals("size") && wanted instanceof Number number && found instanceof Number other) {
			long rounded = (number.longValue() + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP;
			return List.of(number.longValue(), rounded, Math.max(rounded, MIN_SIZE)).contains(other.longValue());
		}
		if (wanted instanceof Document document && found instanceof Document other) {
			return other.entrySet().containsAll(document.entrySet());
		}
		return IndexDefinition.isSame(wanted, found);
	}

	/**
	 * Return the exception of a command for this collection that the server refuses.
	 * @param work the work that failed, like {@code create collection 'users'}
	 * @param rights the rights that the work needs
	 * @param ex the error of the server
	 */
	RuntimeException refused(String work, String rights, MongoCommandException ex) {
		return MongoErrors.refused(work, this.name, rights, this.where, ex);
	}

	/**
	 * Return whether a collection is validated as declared.
	 * @param options its options as {@code listCollections} returns them
	 */
	boolean isValidatedBy(Document options) {
		return this.validator == null || (IndexDefinition.isSame(this.validator, options.get("validator"))
				&& this.validationLevel.equals(options.get("validationLevel", "strict"))
				&& this.validationAction.equals(options.get("validationAction", "error")));
	}

}
