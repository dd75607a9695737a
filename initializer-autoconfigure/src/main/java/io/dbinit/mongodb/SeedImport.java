package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertManyOptions;
import io.dbinit.Fingerprint;
import io.dbinit.InitializationException;
import io.dbinit.seed.SeedData;
import io.dbinit.seed.SeedData.Mode;
import io.dbinit.seed.SeedData.Row;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.types.ObjectId;

/**
 * Writes a seed whose rows are in a file, in batches that can be repeated without effect:
 * a document without an id gets one that follows from the file and the number of its row.
 * A run that is killed is therefore continued by the next one. There is no transaction
 * around the batches, as a server limits its size and its time.
 */
final class SeedImport {

	private static final String ID = "_id";

	private static final int BATCH = 1000;

	private static final int PREFIX = 12;

	private final MongoDatabase database;

	private final SeedData data;

	private final String prefix;

	SeedImport(MongoDatabase database, SeedData data) {
		this.database = database;
		this.data = data;
		this.prefix = Fingerprint.of(data.target() + " " + Objects.requireNonNull(data.source()).mark())
			.substring(0, PREFIX);
	}

	/**
	 * Check that each row can be stored, and that no two have the same key. Eight bytes
	 * of memory are needed for each row.
	 */
	void check() {
		SeedDocument.requireNames(this.data);
		List<String> key = this.data.isKeyed() ? this.data.key() : List.of(ID);
		long[] hashes = new long[BATCH];
		int count = 0;
		try (Stream<Row> rows = this.data.stream()) {
			for (Iterator<Row> file = rows.iterator(); file.hasNext();) {
				SeedDocument document = document(file.next());
				if (this.data.isKeyed() || document.fields().containsKey(ID)) {
					hashes = (count < hashes.length) ? hashes : Arrays.copyOf(hashes, count * 2);
					hashes[count++] = hash(document, key);
				}
			}
		}
		Arrays.sort(hashes, 0, count);
		for (int i = 1; i < count; i++) {
			if (hashes[i] == hashes[i - 1]) {
				requireDifferent(hashes[i], key);
			}
		}
	}

	private SeedDocument document(Row row) {
		return SeedDocument.of(this.data, List.of(row)).get(0);
	}

	private static long hash(SeedDocument document, List<String> key) {
		return Long.parseUnsignedLong(Fingerprint.of(document.identity(key).toString()).substring(0, 16), 16);
	}

	/**
	 * Different keys may have the same hash.
	 */
	private void requireDifferent(long hash, List<String> key) {
		Map<Object, SeedDocument> same = new HashMap<>();
		try (Stream<Row> rows = this.data.stream()) {
			for (Iterator<Row> file = rows.iterator(); file.hasNext();) {
				SeedDocument document = document(file.next());
				boolean keyed = this.data.isKeyed() || document.fields().containsKey(ID);
				SeedDocument other = (keyed && hash(document, key) == hash)
						? same.putIfAbsent(document.identity(key), document) : null;
				if (other != null) {
					throw document.same(key, other);
				}
			}
		}
	}

	/**
	 * Write the rows.
	 * @param progress is called with the number of rows that were read
	 * @return how many documents were inserted or changed
	 */
	int write(LongConsumer progress) {
		MongoCollection<BsonDocument> collection = this.database.getCollection(this.data.target(), BsonDocument.class);
		int written = 0;
		int read = 0;
		try (Stream<Row> rows = this.data.stream()) {
			if (this.data.mode() == Mode.IF_EMPTY && hasOthers(collection)) {
				return 0;
			}
			Iterator<Row> file = rows.iterator();
			while (file.hasNext()) {
				List<SeedDocument> batch = batch(file);
				written += this.data.isKeyed() ? writer().write(collection, batch, this.data)
						: insert(collection, batch, read);
				read += batch.size();
				progress.accept(read);
			}
			return written;
		}
		catch (MongoCommandException ex) {
			throw MongoErrors.refused("write to '" + this.data.target() + "'", this.data.target(),
					"'find', 'insert' and 'update'", ex);
		}
		catch (InitializationException ex) {
			throw new InitializationException(
					"%s. %d rows of the seed were processed before".formatted(ex.getMessage(), read), ex.getAction(),
					ex);
		}
	}

	private MongoSeedWriter writer() {
		return new MongoSeedWriter(this.database, Optional.empty());
	}

	private List<SeedDocument> batch(Iterator<Row> file) {
		List<Row> rows = new ArrayList<>(BATCH);
		while (file.hasNext() && rows.size() < BATCH) {
			rows.add(file.next());
		}
		return SeedDocument.of(this.data, rows);
	}

	/**
	 * Return whether the collection has documents that are not of this file. Those of the
	 * file may be there if an earlier run was killed.
	 */
	private boolean hasOthers(MongoCollection<BsonDocument> collection) {
		if (collection.find().limit(1).first() == null) {
			return false;
		}
		long own = 0;
		int read = 0;
		try (Stream<Row> rows = this.data.stream()) {
			for (Iterator<Row> file = rows.iterator(); file.hasNext();) {
				List<SeedDocument> batch = batch(file);
				List<BsonValue> ids = identified(batch, read).stream().map((document) -> document.get(ID)).toList();
				own += collection.countDocuments(Filters.in(ID, ids));
				read += batch.size();
			}
		}
		return collection.countDocuments() > own;
	}

	private List<BsonDocument> identified(List<SeedDocument> batch, int first) {
		List<BsonDocument> identified = new ArrayList<>(batch.size());
		for (int i = 0; i < batch.size(); i++) {
			BsonDocument fields = batch.get(i).fields();
			BsonDocument document = new BsonDocument(ID, fields.containsKey(ID) ? fields.get(ID) : id(first + i));
			document.putAll(fields);
			identified.add(document);
		}
		return identified;
	}

	private BsonValue id(int row) {
		return new BsonObjectId(new ObjectId("%s%012x".formatted(this.prefix, row)));
	}

	/**
	 * A document whose id is there already was written by an earlier run.
	 */
	private int insert(MongoCollection<BsonDocument> collection, List<SeedDocument> batch, int first) {
		try {
			collection.insertMany(identified(batch, first), new InsertManyOptions().ordered(false));
			return batch.size();
		}
		catch (MongoBulkWriteException ex) {
			List<BulkWriteError> errors = ex.getWriteErrors();
			if (MongoErrors.isConflict(ex) || errors.isEmpty()) {
				throw ex;
			}
			for (BulkWriteError error : errors) {
				if (error.getCode() != MongoErrors.DUPLICATE_KEY
						|| !MongoErrors.index(error.getMessage()).equals("_id_")) {
					throw MongoSeedWriter.refused(collection.getNamespace().getCollectionName(),
							batch.get(error.getIndex()), error);
				}
			}
			return batch.size() - errors.size();
		}
	}

}
