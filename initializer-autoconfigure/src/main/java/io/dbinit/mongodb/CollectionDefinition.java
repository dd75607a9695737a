package io.dbinit.mongodb;

import java.util.List;

import io.dbinit.Fingerprint;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A collection that must exist.
 *
 * @param name its name
 * @param validator the filter that every document must match, or {@code null}
 * @param validationLevel {@code strict} or {@code moderate}
 * @param validationAction {@code error} or {@code warn}
 * @param indexes its indexes, apart from the one on {@code _id}
 * @param where where it was written, for messages
 */
record CollectionDefinition(String name, @Nullable Document validator, String validationLevel, String validationAction,
		List<IndexDefinition> indexes, String where) {

	/**
	 * Return the collection as text that is the same for definitions that mean the same.
	 */
	String canonical() {
		Document document = new Document("name", this.name);
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
	 * Return whether a collection is validated as declared.
	 * @param options its options as {@code listCollections} returns them
	 */
	boolean isValidatedBy(Document options) {
		return this.validator == null || (this.validator.equals(options.get("validator"))
				&& this.validationLevel.equals(options.get("validationLevel", "strict"))
				&& this.validationAction.equals(options.get("validationAction", "error")));
	}

}
