package io.dbinit.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.dbinit.Causes;
import io.dbinit.DatabaseSession;
import io.dbinit.InitializationException;
import io.dbinit.Marker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The backups of databases in a directory: {@code <database>/<name>/}, each with the
 * files of the dump, a manifest, and the checksums of both in the format of
 * {@code sha256sum}. A backup is written under another name, and gets its own once
 * everything is on the disk. What was killed before is never taken for a backup.
 */
public final class Backups {

	/** Begins the names of backups that a start makes before it migrates. */
	static final String BEFORE_MIGRATION = "before-migration-";

	/** Begins the names of backups that are made before a restore. */
	static final String BEFORE_RESTORE = "before-restore-";

	private static final Log logger = LogFactory.getLog(Backups.class);

	private static final String DUMP = "dump";

	private static final String CHECKSUMS = "SHA256SUMS";

	private static final String PARTIAL = ".partial-";

	private static final Duration ABANDONED = Duration.ofDays(1);

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")
		.withZone(ZoneOffset.UTC);

	private final BackupProperties properties;

	private final Clock clock;

	/**
	 * Create the backups of a directory.
	 * @param properties the directory, the retention and the settings of dumps
	 * @param clock for the names and the ages of backups
	 */
	public Backups(BackupProperties properties, Clock clock) {
		this.properties = properties;
		this.clock = clock;
	}

	/**
	 * Return the backups, which are not verified.
	 * @return the manifests, newest first
	 */
	public List<Manifest> list() {
		List<Manifest> backups = new ArrayList<>();
		for (Path database : children(root())) {
			for (Path backup : children(database)) {
				try {
					backups.add(Manifest.read(backup));
				}
				catch (IOException ex) {
					logger.warn("'%s' is not a backup: %s".formatted(backup, ex.getMessage()));
				}
			}
		}
		backups.sort(Comparator.comparing(Manifest::createdAt).reversed());
		return backups;
	}

	private Path root() {
		return this.properties.getDirectory().toAbsolutePath().normalize();
	}

	private static List<Path> children(Path directory) {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		try (Stream<Path> children = Files.list(directory)) {
			return children.filter(Files::isDirectory).filter((child) -> !isHidden(child)).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isHidden(Path path) {
		return path.getFileName().toString().startsWith(".");
	}

	private Path directory(String database) {
		String name = URLEncoder.encode(database, StandardCharsets.UTF_8);
		return root().resolve(name.startsWith(".") ? "%2E" + name.substring(1) : name);
	}

	/**
	 * Return the directory of a backup.
	 * @param backup the backup
	 * @return the directory
	 */
	public Path directory(Manifest backup) {
		return directory(backup.database()).resolve(backup.name());
	}

	/**
	 * Return the size of a backup.
	 * @param backup the backup
	 * @return the size in bytes
	 */
	public long size(Manifest backup) {
		try {
			long size = 0;
			for (Path file : files(directory(backup))) {
				size += Files.size(file);
			}
			return size;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Make a backup. What changes meanwhile makes it fail.
	 * @param database the name of the database
	 * @param name the name of the backup, {@code null} for one with the time
	 * @param application the name of the application
	 * @param session access to the database
	 * @param marker the record of the application in the database
	 * @return the backup
	 * @throws Exception if it cannot be made; then there is none
	 */
	public Manifest create(String database, @Nullable String name, String application, DatabaseSession session,
			Marker marker) throws Exception {
		return create(database, name, application, session.unwrap(Dumper.class), session::records, marker);
	}

	Manifest create(String database, @Nullable String name, String application, Dumper dumper,
			RecordsReader recordsReader, Marker marker) throws Exception {
		Instant start = this.clock.instant();
		String given = (name != null) ? name : TIME.format(start);
		requireName(given);
		Path directory = directory(database);
		if (Files.exists(directory.resolve(given))) {
			throw new InitializationException("There is a backup '%s' of '%s' already".formatted(given, database),
					"Choose another name. Nothing was changed.", null);
		}
		create(directory);
		requireSpace(directory, dumper.size());
		Path partial = directory.resolve(PARTIAL + given + "-" + UUID.randomUUID().toString().substring(0, 8));
		try {
			create(partial);
			create(partial.resolve(DUMP));
			Map<String, Map<String, String>> before = recordsReader.read();
			Dumper.Dump dump = dumper.dump(partial.resolve(DUMP), this.properties.options());
			Map<String, Map<String, String>> records = recordsReader.read();
			if (!records.equals(before)) {
				throw new InitializationException("'%s' was worked on during the backup".formatted(database),
						"Make the backup again. The incomplete one was deleted.", null);
			}
			Manifest manifest = new Manifest(Manifest.VERSION, given, database, marker.product(), dump.tool(),
					marker.environment(), application, start, Duration.between(start, this.clock.instant()),
					dump.pointInTime(), dump.rows(), this.properties.getWithoutData(), records);
			manifest.write(partial);
			finish(partial, directory.resolve(given));
			sync(directory);
			return manifest;
		}
		catch (IOException ex) {
			throw new InitializationException(
					"Failed to write the backup '%s' of '%s': %s".formatted(given, database, Causes.message(ex)),
					"Correct the cause, or set 'db-init.backup.directory'. The incomplete one was deleted.", ex);
		}
		finally {
			FileSystemUtils.deleteRecursively(partial);
		}
	}

	private static void requireName(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"'%s' is not a name for a backup: letters, digits, '.', '_' and '-', at most 100, the first a letter or a digit"
						.formatted(name));
		}
	}

	/**
	 * For the user of the process only.
	 */
	private static void create(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return;
		}
		if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			Files.createDirectories(directory,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		}
		else {
			Files.createDirectories(directory);
		}
	}

	private void requireSpace(Path directory, long size) throws IOException {
		FileStore store = Files.getFileStore(directory);
		if (store.getUsableSpace() < size) {
			throw new InitializationException(
					"The backup may need %s, and '%s' has %s left".formatted(text(size), directory,
							text(store.getUsableSpace())),
					"Delete old backups with 'db-init maintenance --prune', or set 'db-init.backup.directory'. Nothing was changed.",
					null);
		}
	}

	/**
	 * Return a size with its unit.
	 * @param bytes the size in bytes
	 * @return the size, like {@code 12.3 MB}
	 */
	public static String text(long bytes) {
		if (bytes < 1000) {
			return bytes + " B";
		}
		int digits = String.valueOf(bytes).length();
		int unit = (digits - 1) / 3;
		return "%.1f %sB".formatted(bytes / Math.pow(1000, unit), "kMGTPE".charAt(unit - 1));
	}

	private static void finish(Path partial, Path backup) throws IOException {
		StringBuilder sums = new StringBuilder();
		for (Path file : files(partial)) {
			protect(file);
			sums.append(digest(file)).append("  ").append(name(partial, file)).append('\n');
			sync(file);
		}
		Path checksums = partial.resolve(CHECKSUMS);
		Files.writeString(checksums, sums);
		protect(checksums);
		sync(checksums);
		sync(partial);
		Files.move(partial, backup, StandardCopyOption.ATOMIC_MOVE);
	}

	private static String name(Path directory, Path file) {
		return directory.relativize(file).toString().replace('\\', '/');
	}

	private static void protect(Path file) throws IOException {
		if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
		}
	}

	/**
	 * Not every platform can open a directory.
	 */
	private static void sync(Path path) throws IOException {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			if (!Files.isDirectory(path)) {
				throw ex;
			}
		}
	}

	private static List<Path> files(Path directory) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter(Files::isRegularFile).sorted().toList();
		}
	}

	private static String digest(Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file);
				DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
			digest.transferTo(OutputStream.nullOutputStream());
			return HexFormat.of().formatHex(digest.getMessageDigest().digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return a backup whose files are those that were written.
	 * @param name the name of the backup
	 * @param database the name of the database, {@code null} if only one has such a
	 * backup
	 * @return the backup
	 * @throws InitializationException if there is none, or a file was changed, cut off,
	 * added or removed
	 */
	public Manifest verified(String name, @Nullable String database) {
		List<Manifest> found = list().stream()
			.filter((backup) -> backup.name().equals(name) && (database == null || backup.database().equals(database)))
			.toList();
		if (found.isEmpty()) {
			throw new IllegalArgumentException("There is no backup '%s'%s in '%s'".formatted(name,
					(database != null) ? " of '" + database + "'" : "", root()));
		}
		if (found.size() > 1) {
			throw new IllegalArgumentException(
					"Several databases have a backup '%s': name one of '%s' with '--database'".formatted(name,
							String.join("', '", found.stream().map(Manifest::database).toList())));
		}
		problem(found.get(0)).ifPresent((problem) -> {
			throw new InitializationException("The backup '%s' is damaged: %s".formatted(name, problem),
					"Take another backup. Nothing was changed.", null);
		});
		return found.get(0);
	}

	/**
	 * Return what is wrong with the files of a backup.
	 * @param backup the backup
	 * @return the first problem, or empty if every file is as it was written
	 */
	public Optional<String> problem(Manifest backup) {
		Path directory = directory(backup);
		try {
			Map<String, String> expected = new LinkedHashMap<>();
			for (String line : Files.readAllLines(directory.resolve(CHECKSUMS))) {
				String[] parts = line.split("  ", 2);
				if (parts.length != 2) {
					return Optional.of("'" + CHECKSUMS + "' is not a list of checksums");
				}
				expected.put(parts[1], parts[0]);
			}
			for (Path file : files(directory)) {
				String name = name(directory, file);
				String sum = expected.remove(name);
				if (sum == null && !name.equals(CHECKSUMS)) {
					return Optional.of("'" + name + "' is not a part of it");
				}
				if (sum != null && !sum.equals(digest(file))) {
					return Optional.of("'" + name + "' is not as it was written");
				}
			}
			return expected.keySet().stream().findFirst().map((name) -> "'" + name + "' is missing");
		}
		catch (IOException ex) {
			return Optional.of(Causes.message(ex));
		}
	}

	Path dump(Manifest backup) {
		return directory(backup).resolve(DUMP);
	}

	Dumper.Options options() {
		return this.properties.options();
	}

	/**
	 * Delete the backups of a database that are older than the retention, or more than
	 * it. Backups of a start, before a restore and others are counted apart. The newest
	 * one whose files are as they were written is never deleted.
	 * @param database the name of the database
	 * @return the backups that were deleted
	 */
	public List<Manifest> prune(String database) {
		List<Manifest> backups = list().stream().filter((backup) -> backup.database().equals(database)).toList();
		Optional<Manifest> good = backups.stream().filter((backup) -> problem(backup).isEmpty()).findFirst();
		Map<String, Integer> counts = new LinkedHashMap<>();
		Instant oldest = this.clock.instant().minus(this.properties.getRetention().getAge());
		List<Manifest> deleted = new ArrayList<>();
		for (Manifest backup : backups) {
			int count = counts.merge(kind(backup.name()), 1, Integer::sum);
			boolean tooMany = this.properties.getRetention().getCount() > 0
					&& count > this.properties.getRetention().getCount();
			if ((tooMany || backup.createdAt().isBefore(oldest)) && !good.filter(backup::equals).isPresent()) {
				delete(directory(backup));
				deleted.add(backup);
			}
		}
		deleteAbandoned(directory(database));
		return deleted;
	}

	private static String kind(String name) {
		return Stream.of(BEFORE_MIGRATION, BEFORE_RESTORE).filter(name::startsWith).findFirst().orElse("");
	}

	private void deleteAbandoned(Path database) {
		if (!Files.isDirectory(database)) {
			return;
		}
		try (Stream<Path> children = Files.list(database)) {
			for (Path child : children.filter((path) -> path.getFileName().toString().startsWith(PARTIAL)).toList()) {
				if (Files.getLastModifiedTime(child).toInstant().isBefore(this.clock.instant().minus(ABANDONED))) {
					delete(child);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Hidden first, so that a part of it is never taken for a backup.
	 */
	private static void delete(Path backup) {
		try {
			Path hidden = backup.resolveSibling(PARTIAL + "deleted-" + UUID.randomUUID());
			Files.move(backup, hidden, StandardCopyOption.ATOMIC_MOVE);
			FileSystemUtils.deleteRecursively(hidden);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return a name for a backup that is made now.
	 * @param prefix how it begins
	 */
	String name(String prefix) {
		return prefix + TIME.format(this.clock.instant());
	}

	/**
	 * Reads the records of the steps that are complete.
	 */
	interface RecordsReader {

		Map<String, Map<String, String>> read() throws Exception;

	}

}
