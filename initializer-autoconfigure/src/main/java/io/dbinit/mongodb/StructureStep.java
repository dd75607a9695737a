package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import io.dbinit.Change;
import io.dbinit.CheckedRunnable;
import io.dbinit.InitializationException;
import io.dbinit.Phase;
import io.dbinit.Step;
import io.dbinit.StepContext;
import io.dbinit.ToolContext;
import io.dbinit.mongodb.MongoDbProperties.OnIndexConflict;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bson.Document;

/**
 * Creates the collections, validators and indexes that are missing, and changes those
 * that are not as they were declared. What is there and was not declared is left alone.
 */
final class StructureStep implements Step {

	private static final Log logger = LogFactory.getLog(StructureStep.class);

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
	public void run(StepContext context) throws Exception {
		this.unsupported.clear();
		MongoDatabase database = context.unwrap(MongoDatabase.class);
		Map<String, Document> existing = existing(database);
		boolean validated = false;
		for (CollectionDefinition collection : this.structure.collections()) {
			Document options = existing.get(collection.name());
			if (options != null) {
				requireKind(collection, options);
			}
			validated |= (options != null) ? validate(context, database, collection, options)
					: create(context, database, collection);
			createIndexes(context, database, collection, options != null);
		}
		if (validated) {
			noticeWhatWasIgnored(context, existing(database));
		}
	}

	static Map<String, Document> existing(MongoDatabase database) {
		Map<String, Document> collections = new LinkedHashMap<>();
		for (Document collection : database.listCollections()) {
			collections.put(collection.getString("name"), collection.get("options", new Document()));
		}
		return collections;
	}

	private static void requireKind(CollectionDefinition collection, Document options) {
		if (!collection.isKindOf(options)) {
			throw new InitializationException(
					"Failed to create collection '%s': wanted %s, found %s".formatted(collection.name(),
							collection.kind().toJson(), options.toJson()),
					"A collection cannot become such afterwards: copy it to a new one, or correct the definition at %s."
						.formatted(collection.where()),
					null);
		}
	}

	private boolean create(StepContext context, MongoDatabase database, CollectionDefinition collection)
			throws Exception {
		Document command = new Document("create", collection.name());
		command.putAll(collection.kind());
		String change = "create collection '" + collection.name() + "'";
		if (collection.validator() == null) {
			context.change(Change.create(collection.name(), change), () -> database.runCommand(command));
			return false;
		}
		Document validated = new Document(command);
		collection.validation(validated);
		if (!tried(context, Change.create(collection.name(), change), validator(collection),
				() -> database.runCommand(validated))) {
			context.change(Change.create(collection.name(), change), () -> database.runCommand(command));
			return false;
		}
		return true;
	}

	private boolean validate(StepContext context, MongoDatabase database, CollectionDefinition collection,
			Document options) throws Exception {
		if (collection.isValidatedBy(options)) {
			return false;
		}
		Document command = new Document("collMod", collection.name());
		collection.validation(command);
		return tried(context, Change.alter(collection.name(), "change the " + validator(collection)),
				validator(collection), () -> database.runCommand(command));
	}

	static String validator(CollectionDefinition collection) {
		return "validator of '" + collection.name() + "'";
	}

	/**
	 * Some servers accept a validator and forget it.
	 */
	private void noticeWhatWasIgnored(StepContext context, Map<String, Document> existing) {
		for (CollectionDefinition collection : this.structure.collections()) {
			Document options = existing.getOrDefault(collection.name(), new Document());
			if (collection.validator() != null && !options.containsKey("validator")) {
				this.unsupported.add(context, validator(collection), "the server accepts it and does not keep it");
			}
		}
	}

	private void createIndexes(StepContext context, MongoDatabase database, CollectionDefinition collection,
			boolean existed) throws Exception {
		List<IndexDefinition> missing = new ArrayList<>();
		List<Document> found = (existed && !collection.indexes().isEmpty())
				? database.getCollection(collection.name()).listIndexes().into(new ArrayList<>()) : List.of();
		for (IndexDefinition index : collection.indexes()) {
			Optional<Document> existing = existing(index, found);
			if (existing.isEmpty()) {
				missing.add(index);
			}
			else {
				reconcile(context, database, collection, index, existing.get());
			}
		}
		if (!missing.isEmpty()) {
			create(context, database, collection, missing);
		}
	}

	static Optional<Document> existing(IndexDefinition index, List<Document> found) {
		return found.stream()
			.filter((document) -> index.name().equals(document.getString("name")))
			.findFirst()
			.or(() -> found.stream().filter(index::isMeantBy).findFirst());
	}

	private void create(StepContext context, MongoDatabase database, CollectionDefinition collection,
			List<IndexDefinition> indexes) throws Exception {
		String names = indexes.stream().map((index) -> "'" + index.name() + "'").collect(Collectors.joining(", "));
		String what = (indexes.size() == 1) ? "index " : "indexes ";
		Document command = new Document("createIndexes", collection.name()).append("indexes",
				indexes.stream().map(IndexDefinition::document).toList());
		try {
			context.change(
					Change.create(collection.name(), "create %s%s on '%s'".formatted(what, names, collection.name())),
					() -> database.runCommand(command));
		}
		catch (MongoCommandException ex) {
			if (!UnsupportedParts.isNotSupported(ex)) {
				throw new IndexFailure(collection, indexes, ex).explain(database);
			}
			if (indexes.size() > 1) {
				for (IndexDefinition index : indexes) {
					create(context, database, collection, List.of(index));
				}
				return;
			}
			notSupported(context, database, collection, indexes.get(0), ex);
		}
	}

	/**
	 * What makes queries fast can be done without, what keeps data right cannot.
	 */
	private void notSupported(StepContext context, MongoDatabase database, CollectionDefinition collection,
			IndexDefinition index, MongoCommandException ex) throws Exception {
		if (index.document().get("unique", false)) {
			throw new IndexFailure(collection, List.of(index), ex).explain(database);
		}
		this.unsupported.add(context, index(collection, index), ex.getErrorMessage());
		if (index.document().containsKey("hidden")) {
			Document visible = new Document(index.document());
			visible.remove("hidden");
			create(context, database, collection, List.of(new IndexDefinition(visible, index.where())));
		}
	}

	static String index(CollectionDefinition collection, IndexDefinition index) {
		return "index '%s' on '%s'".formatted(index.name(), collection.name());
	}

	private void reconcile(StepContext context, MongoDatabase database, CollectionDefinition collection,
			IndexDefinition index, Document existing) throws Exception {
		Set<String> differences = index.differences(existing);
		if (differences.isEmpty()) {
			return;
		}
		String name = existing.getString("name");
		String what = "index '%s' on '%s'".formatted(name, collection.name());
		if (isChanged(context, database, collection, index, existing, differences)) {
			return;
		}
		if (this.onIndexConflict == OnIndexConflict.REBUILD) {
			context.change(Change.drop(collection.name(), "drop " + what),
					() -> database.runCommand(new Document("dropIndexes", collection.name()).append("index", name)));
			create(context, database, collection, List.of(index));
		}
		else {
			throw new InitializationException(
					"Failed to create %s: wanted %s, found %s".formatted(what,
							IndexDefinition.describe(index.document(), differences),
							IndexDefinition.describe(existing, differences)),
					"Correct the definition at %s, drop the index, or set 'db-init.mongodb.on-index-conflict' to 'rebuild'."
						.formatted(index.where()),
					null);
		}
	}

	/**
	 * Change an index in place. Not every server finds it by its name, and not every one
	 * lets an index begin to expire documents.
	 */
	private boolean isChanged(StepContext context, MongoDatabase database, CollectionDefinition collection,
			IndexDefinition index, Document existing, Set<String> differences) throws Exception {
		if (!IndexDefinition.isChangeable(differences) || isNoLongerExpiring(index, differences)) {
			return false;
		}
		String what = index(collection, index);
		Change change = Change.alter(collection.name(),
				"change %s: %s".formatted(what, IndexDefinition.describe(index.document(), differences)));
		Document options = new Document();
		differences.forEach((option) -> options.append(option, index.document().get(option, false)));
		try {
			tried(context, change, what, () -> {
				try {
					database.runCommand(change(collection, "name", existing, options));
				}
				catch (MongoCommandException ex) {
					database.runCommand(change(collection, "keyPattern", existing, options));
				}
			});
			return true;
		}
		catch (MongoCommandException ex) {
			logger.info("The server does not %s: %s".formatted(change, ex.getErrorMessage()));
			ToolContext.of(context).conclude(change.text());
			return false;
		}
	}

	private static Document change(CollectionDefinition collection, String by, Document existing, Document options) {
		Document index = new Document(by, existing.get(by.equals("name") ? "name" : "key"));
		index.putAll(options);
		return new Document("collMod", collection.name()).append("index", index);
	}

	private static boolean isNoLongerExpiring(IndexDefinition index, Set<String> differences) {
		return differences.contains("expireAfterSeconds") && !index.document().containsKey("expireAfterSeconds");
	}

	/**
	 * Make a change that not every server can make.
	 */
	private boolean tried(StepContext context, Change change, String what, CheckedRunnable action) throws Exception {
		try {
			context.change(change, action);
			return true;
		}
		catch (MongoCommandException ex) {
			if (!UnsupportedParts.isNotSupported(ex)) {
				throw ex;
			}
			this.unsupported.add(context, what, ex.getErrorMessage());
			return false;
		}
	}

}
