package io.dbinit.seed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.dbinit.Fingerprint;
import io.dbinit.definition.DefinitionNode;
import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a seed whose values are secrets. A value is a text, is read from a file, or
 * is generated once; it is encoded where the seed says so.
 *
 * @param fields the fields
 * @param encoded those of the fields that are encoded
 * @param encoding the encoding of the application, or {@code null} if it has none
 */
record SeedSecrets(Set<String> fields, Set<String> encoded, @Nullable PasswordEncoding encoding) {

	/** Secrets of a seed of an application that has neither secrets nor an encoding. */
	static final SeedSecrets NONE = new SeedSecrets(Set.of(), Set.of(), null);

	private static final String CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

	private static final List<String> KEYS = List.of("file", "generate");

	private static final int MIN_LENGTH = 12;

	private static final int MAX_LENGTH = 200;

	private static final int MAX_BYTES = 64 * 1024;

	/**
	 * Read the secrets of a seed.
	 * @param secrets the names of the fields, or {@code null}
	 * @param encode the names of those that are encoded, or {@code null}
	 */
	static SeedSecrets read(@Nullable DefinitionNode secrets, @Nullable DefinitionNode encode, SeedData data,
			@Nullable PasswordEncoding encoding) {
		if (secrets == null && encode == null) {
			return new SeedSecrets(Set.of(), Set.of(), encoding);
		}
		if (data.source() != null) {
			throw ((secrets != null) ? secrets : Objects.requireNonNull(encode)).invalidKey(
					"the secrets of rows in a file are not known before they are read", "Write the rows into 'data'.");
		}
		Set<String> fields = new LinkedHashSet<>();
		Set<String> encoded = new LinkedHashSet<>();
		if (secrets != null) {
			fields.addAll(names(secrets, data));
		}
		if (encode != null) {
			if (encoding == null) {
				throw encode.invalidKey("the application has no PasswordEncoder, and nothing is stored in plain text",
						"Define a bean of 'org.springframework.security.crypto.password.PasswordEncoder'.");
			}
			encoded.addAll(names(encode, data));
			fields.addAll(encoded);
		}
		SeedSecrets read = new SeedSecrets(fields, encoded, encoding);
		data.rows().forEach((row) -> fields.forEach((field) -> {
			if (row.values().get(field) instanceof DefinitionNode node) {
				read.check(node, data);
			}
		}));
		return read;
	}

	private static List<String> names(DefinitionNode node, SeedData data) {
		List<String> names = node.texts();
		for (String name : names) {
			if (data.rows().stream().noneMatch((row) -> row.values().containsKey(name))) {
				throw node.invalid("no row has '" + name + "'", "Correct the name, or add the value.");
			}
			if (data.key().contains(name)) {
				throw node.invalid("'" + name + "' is a part of the key", "Remove it.");
			}
		}
		return names;
	}

	private void check(DefinitionNode value, SeedData data) {
		if (value.isNull() || value.isScalar()) {
			return;
		}
		value.entries(KEYS);
		value.require("file").name();
		DefinitionNode length = value.get("generate").orElse(null);
		if (length != null) {
			length.number(MIN_LENGTH, MAX_LENGTH);
			if (!data.isKeyed() || data.mode().updates()) {
				throw value.invalid("a secret is generated once, which needs a row that is inserted once",
						"Add a 'key', and set the mode to 'insert' or 'once'.");
			}
		}
	}

	/**
	 * Return the row with the secrets themselves.
	 * @param isThere whether the row is in the database
	 * @param created is called with the file to which a secret was written
	 */
	Map<String, @Nullable Object> resolve(Map<String, @Nullable Object> values, boolean isThere,
			Consumer<Path> created) {
		Map<String, @Nullable Object> resolved = new LinkedHashMap<>(values);
		for (String field : this.fields) {
			if (values.get(field) instanceof DefinitionNode node && !node.isNull()) {
				Optional<String> secret = secret(node, isThere, created);
				PasswordEncoding encoder = this.encoded.contains(field) ? this.encoding : null;
				resolved.put(field, node
					.withText(secret.map((text) -> (encoder != null) ? encoder.encode(text) : text).orElse("")));
			}
		}
		return resolved;
	}

	/**
	 * Return the secret, or empty if it would have to be generated for a row that is
	 * there and keeps its own.
	 */
	private Optional<String> secret(DefinitionNode node, boolean isThere, Consumer<Path> created) {
		if (node.isScalar()) {
			return Optional.of(node.text());
		}
		DefinitionNode file = node.require("file");
		Path path = Path.of(file.name());
		Optional<DefinitionNode> length = node.get("generate");
		if (length.isEmpty() || Files.exists(path)) {
			return Optional.of(content(file, path));
		}
		return isThere ? Optional.empty()
				: Optional.of(create(file, path, (int) length.get().number(MIN_LENGTH, MAX_LENGTH), created));
	}

	private static String content(DefinitionNode file, Path path) {
		try {
			if (Files.size(path) > MAX_BYTES) {
				throw file.invalid("the file '" + path + "' is too large for a secret", "Name another file.");
			}
			String secret = Files.readString(path).strip();
			if (secret.isEmpty()) {
				throw file.invalid("the file '" + path + "' is empty", "Write the secret into it.");
			}
			return secret;
		}
		catch (IOException ex) {
			throw file.invalid("the file '%s' cannot be read: %s".formatted(path, ex), "Correct the name, or add it.");
		}
	}

	/**
	 * The file is written before the row, so that a secret is never lost with the
	 * process.
	 */
	private static String create(DefinitionNode file, Path path, int length, Consumer<Path> created) {
		String secret = new SecureRandom().ints(length, 0, CHARACTERS.length())
			.collect(StringBuilder::new, (text, i) -> text.append(CHARACTERS.charAt(i)), StringBuilder::append)
			.toString();
		try {
			Path absolute = path.toAbsolutePath();
			Files.createFile(absolute, onlyOwner());
			Files.writeString(absolute, secret + "\n", StandardCharsets.UTF_8, StandardOpenOption.SYNC);
			created.accept(absolute);
			return secret;
		}
		catch (FileAlreadyExistsException ex) {
			return content(file, path);
		}
		catch (IOException ex) {
			throw file.invalid("the file '%s' cannot be written: %s".formatted(path, ex),
					"Name a file in a folder that can be written.");
		}
	}

	private static FileAttribute<?>[] onlyOwner() {
		boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
		return posix
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
	}

	/**
	 * Return the version of data with secrets, whose values it does not depend on.
	 */
	String version(SeedData data) {
		if (this.fields.isEmpty()) {
			return SeedVersion.of(data);
		}
		List<Row> rows = data.rows().stream().map((row) -> {
			Map<String, @Nullable Object> values = new LinkedHashMap<>(row.values());
			values.keySet().removeAll(this.fields);
			return new Row(row.origin(), values);
		}).toList();
		return Fingerprint.of("%s %s %s".formatted(SeedVersion.of(data.with(rows, null)), this.fields, this.encoded));
	}

	/**
	 * Return the secrets of a row that are texts.
	 */
	List<DefinitionNode> texts(Row row) {
		List<DefinitionNode> texts = new ArrayList<>();
		for (String field : this.fields) {
			if (row.values().get(field) instanceof DefinitionNode node && node.isScalar() && !node.isNull()) {
				texts.add(node);
			}
		}
		return texts;
	}

	/**
	 * Return the key of a row with its values.
	 */
	static Map<String, DefinitionNode> key(SeedData data, Map<String, @Nullable Object> values) {
		Map<String, DefinitionNode> key = new HashMap<>();
		for (String field : data.key()) {
			if (values.get(field) instanceof DefinitionNode node) {
				key.put(field, node);
			}
		}
		return key;
	}

}
