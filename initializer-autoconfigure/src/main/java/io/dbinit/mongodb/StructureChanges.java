package io.dbinit.mongodb;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import io.dbinit.Change;
import io.dbinit.CheckedRunnable;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import io.dbinit.mongodb.StructureDiff.Difference;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Makes single changes of collections, validators and indexes.
 */
final class StructureChanges {

	private static final Log logger = LogFactory.getLog(StructureChanges.class);

	private final StepContext context;

	private final MongoDatabase database;

	private final UnsupportedParts unsupported;

	StructureChanges(StepContext context, MongoDatabase database, UnsupportedParts unsupported) {
		this.context = context;
		this.database = database;
		this.unsupported = unsupported;
	}

	/**
	 * Create a collection, without its validator if the server does not support that.
	 * @return whether it has a validator
	 */
	boolean create(CollectionDefinition collection) throws Exception {
		Document command = new Document("create", collection.name());
		command.putAll(collection.kind());
		Change change = Change.create(collection.name(), "create collection '" + collection.name() + "'");
		if (collection.validator() != null) {
			Document validated = new Document(command);
			collection.validation(validated);
			if (run(collection, change, "'createCollection'", collection.validatorName(), () -> send(validated))) {
				return true;
			}
		}
		run(collection, change, "'createCollection'", null, () -> send(command));
		return false;
	}

	/**
	 * Change the validator of a collection.
	 * @return whether the server supports that
	 */
	boolean validate(CollectionDefinition collection) throws Exception {
		Document command = new Document("collMod", collection.name());
		collection.validation(command);
		return run(collection, Change.alter(collection.name(), "change the " + collection.validatorName()), "'collMod'",
				collection.validatorName(), () -> send(command));
	}

	/**
	 * Change the expiry of a time-series collection.
	 */
	void expire(CollectionDefinition collection) throws Exception {
		Object seconds = Objects.requireNonNullElse(collection.kind().get("expireAfterSeconds"), "off");
		run(collection,
				Change.alter(collection.name(),
						"change the expiry of collection '%s' to %s".formatted(collection.name(), seconds)),
				"'collMod'", null,
				() -> send(new Document("collMod", collection.name()).append("expireAfterSeconds", seconds)));
	}

	/**
	 * Create indexes with one command.
	 */
	void create(CollectionDefinition collection, List<IndexDefinition> indexes) throws Exception {
		String names = indexes.stream().map((index) -> "'" + index.name() + "'").collect(Collectors.joining(", "));
		String noun = (indexes.size() == 1) ? "index " : "indexes ";
		Document command = new Document("createIndexes", collection.name()).append("indexes",
				indexes.stream().map(IndexDefinition::document).toList());
		try {
			this.context.change(
					Change.create(collection.name(), "create %s%s on '%s'".formatted(noun, names, collection.name())),
					() -> send(command));
		}
		catch (MongoCommandException ex) {
			if (!UnsupportedParts.isNotSupported(ex)) {
				throw new IndexFailure(collection, indexes, ex).explain(this.database);
			}
			if (indexes.size() > 1) {
				for (IndexDefinition index : indexes) {
					create(collection, List.of(index));
				}
				return;
			}
			skip(collection, indexes.get(0), ex);
		}
	}

	/**
	 * An index that makes queries fast may be missing, one that keeps data right may not.
	 */
	private void skip(CollectionDefinition collection, IndexDefinition index, MongoCommandException ex)
			throws Exception {
		if (index.document().get("unique", false)) {
			throw new IndexFailure(collection, List.of(index), ex).explain(this.database);
		}
		this.unsupported.add(this.context, "index '%s' on '%s'".formatted(index.name(), collection.name()),
				ex.getErrorMessage());
		if (index.document().containsKey("hidden")) {
			Document visible = new Document(index.document());
			visible.remove("hidden");
			create(collection, List.of(new IndexDefinition(visible, index.where())));
		}
	}

	/**
	 * Drop an index.
	 */
	void drop(Difference difference) throws Exception {
		CollectionDefinition collection = difference.collection();
		String name = Objects.requireNonNull(difference.existing()).getString("name");
		run(collection, Change.drop(collection.name(), "drop index '%s' on '%s'".formatted(name, collection.name())),
				"'dropIndex'", null, () -> send(new Document("dropIndexes", collection.name()).append("index", name)));
	}

	/**
	 * Change an index in place. Some servers do not find it by its name, and some do not
	 * let an index begin to expire documents.
	 * @return whether the server can make the change
	 */
	boolean change(Difference difference) throws Exception {
		Document wanted = Objects.requireNonNull(difference.index()).document();
		Set<String> differences = difference.options();
		if (differences.contains("expireAfterSeconds") && !wanted.containsKey("expireAfterSeconds")) {
			return false;
		}
		CollectionDefinition collection = difference.collection();
		Document existing = Objects.requireNonNull(difference.existing());
		Change change = Change.alter(collection.name(),
				"change %s: %s".formatted(difference.subject(), difference.wanted()));
		Document options = new Document();
		differences.forEach((option) -> options.append(option, wanted.get(option, false)));
		try {
			this.context.change(change, () -> {
				try {
					send(change(collection, "name", existing, options));
				}
				catch (MongoCommandException ex) {
					send(change(collection, "keyPattern", existing, options));
				}
			});
			return true;
		}
		catch (MongoCommandException ex) {
			if (UnsupportedParts.isNotSupported(ex)) {
				this.unsupported.add(this.context, difference.subject(), ex.getErrorMessage());
				return true;
			}
			if (MongoErrors.isUnauthorized(ex)) {
				throw collection.refused(change.text(), "'collMod'", ex);
			}
			logger.info("The server does not %s: %s".formatted(change, ex.getErrorMessage()));
			ToolContext.of(this.context).conclude(change.text());
			return false;
		}
	}

	private static Document change(CollectionDefinition collection, String by, Document existing, Document options) {
		Document index = new Document(by, existing.get(by.equals("name") ? "name" : "key"));
		index.putAll(options);
		return new Document("collMod", collection.name()).append("index", index);
	}

	/**
	 * Make a change.
	 * @param optional the part that is left out if the server does not support it, or
	 * {@code null}
	 * @return whether the server supports the change
	 */
	private boolean run(CollectionDefinition collection, Change change, String rights, @Nullable String optional,
			CheckedRunnable action) throws Exception {
		try {
			this.context.change(change, action);
			return true;
		}
		catch (MongoCommandException ex) {
			if (optional == null || !UnsupportedParts.isNotSupported(ex)) {
				throw collection.refused(change.text(), rights, ex);
			}
			this.unsupported.add(this.context, optional, ex.getErrorMessage());
			return false;
		}
	}

	private void send(Document command) {
		if (this.context instanceof PlanningContext planning) {
			planning.send(command);
		}
		else {
			this.database.runCommand(command);
		}
	}

}
