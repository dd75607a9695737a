package io.dbinit.mongodb;

import java.util.List;

import io.dbinit.Fingerprint;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A collection that must exist.
 *
 * @param name its name
 * @param kind what it can only be created with: {@code capped}, {@code size},
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
		return this.kind.entrySet()
			.stream()
			.allMatch((option) -> isKindOf(option.getValue(), options.get(option.getKey())));
	}

	/**
	 * A server rounds sizes up and adds defaults.
	 */
	private static boolean isKindOf(Object wanted, @Nullable Object found) {
		if (wanted instanceof Number number && found instanceof Number other) {
			return other.longValue() >= number.longValue() && other.longValue() - number.longValue() < SIZE_STEP;
		}
		if (wanted instanceof Document document && found instanceof Document other) {
			return other.entrySet().containsAll(document.entrySet());
		}
		return wanted.equals(found);
	}

	/**
	 * Return whether a collection is validated as declared.
	 * @param options its options as {@code listCollections} returns them
	 */
	boolean isValidatedBy(Document options) {
		return this.validator == null || (this.validator.equals(options.get("validator"))
				&& this.validationLevel.equals(options.get("validationLevel", "strict"))
				&& this.validationAction.equals(options.get("validationAction", "error")));
	}

}
