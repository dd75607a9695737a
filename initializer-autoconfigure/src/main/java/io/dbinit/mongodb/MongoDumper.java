package io.dbinit.mongodb;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import io.dbinit.transfer.Dumper;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * Dumps in the format of {@code mongodump --gzip}, which {@code mongorestore --gzip}
 * reads: {@code <database>/<name>.bson.gz} and {@code .metadata.json.gz}. The contents
 * are not those of one point in time.
 */
final class MongoDumper implements Dumper {

	private static final String BSON = ".bson.gz";

	private static final String METADATA = ".metadata.json.gz";

	/** Name of the lock collection of Mongock. */
	private static final String MONGOCK_LOCK = "mongockLock";

	private static final int MAX_NAME = 238;

	private static final int KEPT_NAME = 208;

	private static final int BATCH_BYTES = 8 << 20;

	private static final int BATCH_DOCUMENTS = 1000;

	private static final JsonWriterSettings CANONICAL = JsonWriterSettings.builder()
		.outputMode(JsonMode.EXTENDED)
		.build();

	private final MongoDatabase database;

	private final Runnable drop;

	MongoDumper(MongoDatabase database, Runnable drop) {
		this.database = database;
		this.drop = drop;
	}

	@Override
	public long size() {
		Number size = this.database.runCommand(new org.bson.Document("dbStats", 1)).get("dataSize", Number.class);
		return (size != null) ? size.longValue() : 0;
	}

	@Override
	public Map<String, Long> count() {
		Map<String, Long> counts = new TreeMap<>();
		for (BsonDocument collection : collections()) {
			String name = name(collection);
			counts.put(name, isView(collection) ? -1L : this.database.getCollection(name).countDocuments());
		}
		return counts;
	}

	private List<BsonDocument> collections() {
		List<BsonDocument> collections = new ArrayList<>();
		for (BsonDocument collection : this.database.listCollections(BsonDocument.class)) {
			String name = name(collection);
			if (!name.startsWith("system.") && !name.equals(MongoDbDatabase.COLLECTION) && !name.equals(MONGOCK_LOCK)) {
				collections.add(collection);
			}
		}
		collections.sort(Comparator.comparing(MongoDumper::name));
		return collections;
	}

	private static String name(BsonDocument collection) {
		return collection.getString("name").getValue();
	}

	private static boolean isView(BsonDocument collection) {
		return "view".equals(type(collection));
	}

	private static String type(BsonDocument collection) {
		return collection.getString("type", new BsonString("collection")).getValue();
	}

	@Override
	public Dump dump(Path directory, Options options) throws IOException {
		Path target = directory.resolve(escaped(this.database.getName()));
		Files.createDirectories(target);
		Map<String, Long> rows = new TreeMap<>();
		for (BsonDocument collection : collections()) {
			String name = name(collection);
			writeMetadata(target.resolve(escaped(name) + METADATA), collection);
			rows.put(name, isView(collection) ? -1L
					: write(target.resolve(escaped(name) + BSON), collection, options.withoutData().contains(name)));
		}
		return new Dump("initializer, in the format of mongodump", false, rows);
	}

	private void writeMetadata(Path file, BsonDocument collection) throws IOException {
		BsonArray indexes = new BsonArray();
		if (!isView(collection)) {
			this.database.getCollection(name(collection)).listIndexes(BsonDocument.class).forEach(indexes::add);
		}
		BsonDocument metadata = new BsonDocument("options", collection.getDocument("options", new BsonDocument()))
			.append("indexes", indexes);
		BsonValue uuid = collection.getDocument("info", new BsonDocument()).get("uuid");
		if (uuid instanceof BsonBinary binary) {
			metadata.append("uuid", new BsonString(HexFormat.of().formatHex(binary.getData())));
		}
		metadata.append("collectionName", new BsonString(name(collection)))
			.append("type", new BsonString(type(collection)));
		try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
			out.write(metadata.toJson(CANONICAL).getBytes(StandardCharsets.UTF_8));
		}
	}

	/**
	 * A time series is dumped by its buckets.
	 */
	private long write(Path file, BsonDocument collection, boolean empty) throws IOException {
		boolean timeSeries = "timeseries".equals(type(collection));
		MongoCollection<RawBsonDocument> documents = this.database
			.getCollection((timeSeries ? "system.buckets." : "") + name(collection), RawBsonDocument.class);
		long count = 0;
		try (OutputStream out = new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file), 1 << 16));
				MongoCursor<RawBsonDocument> cursor = documents.find().limit(empty ? 1 : 0).iterator()) {
			while (!empty && cursor.hasNext()) {
				ByteBuffer bytes = cursor.next().getByteBuffer().asNIO();
				out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
				count++;
			}
		}
		return timeSeries ? -1 : count;
	}

	/**
	 * As mongodump escapes names, longer ones by a digest.
	 */
	static String escaped(String name) {
		String escaped = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
		if (escaped.length() <= MAX_NAME) {
			return escaped;
		}
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
			return escaped.substring(0, KEPT_NAME) + "%24" + Base64.getUrlEncoder().encodeToString(digest);
		}
		catch (java.security.NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void restore(Path directory, Options options) throws IOException {
		this.drop.run();
		List<Path> files;
		try (Stream<Path> all = Files.walk(directory)) {
			files = all.filter((file) -> file.toString().endsWith(METADATA)).sorted().toList();
		}
		List<BsonDocument> views = new ArrayList<>();
		for (Path file : files) {
			BsonDocument metadata = readMetadata(file);
			if ("view".equals(metadata.getString("type", new BsonString("collection")).getValue())) {
				views.add(metadata);
				continue;
			}
			create(metadata);
			String name = file.getFileName().toString();
			restore(metadata, file.resolveSibling(name.substring(0, name.length() - METADATA.length()) + BSON));
			createIndexes(metadata);
		}
		views.forEach(this::create);
	}

	private static BsonDocument readMetadata(Path file) throws IOException {
		try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
			return BsonDocument.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
		}
	}

	private void create(BsonDocument metadata) {
		BsonDocument command = new BsonDocument("create", metadata.getString("collectionName"));
		command.putAll(metadata.getDocument("options"));
		command.remove("uuid");
		this.database.runCommand(command);
	}

	private void restore(BsonDocument metadata, Path file) throws IOException {
		String name = metadata.getString("collectionName").getValue();
		boolean timeSeries = metadata.getDocument("options").containsKey("timeseries");
		MongoCollection<RawBsonDocument> collection = this.database
			.getCollection((timeSeries ? "system.buckets." : "") + name, RawBsonDocument.class);
		InsertManyOptions options = metadata.getDocument("options").containsKey("validator")
				? new InsertManyOptions().bypassDocumentValidation(true) : new InsertManyOptions();
		List<RawBsonDocument> batch = new ArrayList<>();
		int bytes = 0;
		try (InputStream in = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
			byte[] document;
			while ((document = next(in)) != null) {
				batch.add(new RawBsonDocument(document));
				bytes += document.length;
				if (bytes >= BATCH_BYTES || batch.size() == BATCH_DOCUMENTS) {
					collection.insertMany(batch, options);
					batch.clear();
					bytes = 0;
				}
			}
		}
		if (!batch.isEmpty()) {
			collection.insertMany(batch, options);
		}
	}

	private static byte @org.jspecify.annotations.Nullable [] next(InputStream in) throws IOException {
		byte[] length = in.readNBytes(Integer.BYTES);
		if (length.length == 0) {
			return null;
		}
		if (length.length < Integer.BYTES) {
			throw new EOFException("a document is cut off");
		}
		int size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
		byte[] document = new byte[size];
		System.arraycopy(length, 0, document, 0, length.length);
		if (in.readNBytes(document, length.length, size - length.length) < size - length.length) {
			throw new EOFException("a document is cut off");
		}
		return document;
	}

	private void createIndexes(BsonDocument metadata) {
		BsonArray indexes = new BsonArray();
		for (BsonValue value : metadata.getArray("indexes")) {
			BsonDocument index = value.asDocument();
			if (!"_id_".equals(index.getString("name").getValue())) {
				index.remove("ns");
				index.put("v", index.get("v", new BsonInt32(2)));
				indexes.add(index);
			}
		}
		if (!indexes.isEmpty()) {
			this.database.runCommand(
					new BsonDocument("createIndexes", metadata.getString("collectionName")).append("indexes", indexes));
		}
	}

}
