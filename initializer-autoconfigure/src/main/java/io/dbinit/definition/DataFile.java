package io.dbinit.definition;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

import io.dbinit.InitializationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * File of rows that are read one by one, as there may be more of them than fit into
 * memory: CSV, NDJSON (a map per line) or JSON (a list of maps), each also compressed
 * with gzip. The values are taken as they are written; they have no placeholders.
 */
public final class DataFile implements RowSource {

	private static final String GZIP = ".gz";

	private static final int BUFFER = 1 << 16;

	private final DefinitionNode definition;

	private final Resource resource;

	private final Format format;

	private DataFile(DefinitionNode definition, Resource resource, Format format) {
		this.definition = definition;
		this.resource = resource;
		this.format = format;
	}

	/**
	 * Find the file that a definition names.
	 * @param definition the location, relative to the file of the definition, or with a
	 * prefix like {@code file:}
	 * @param loader loads files
	 * @return the file
	 * @throws InitializationException if there is no such file, or the ending of its name
	 * is unknown
	 */
	public static DataFile of(DefinitionNode definition, ResourceLoader loader) {
		String location = definition.name();
		Format format = Format.of(location);
		if (format == null) {
			throw definition.invalid(
					"'%s' has none of the endings %s, alone or with .gz".formatted(location, Format.ENDINGS),
					"Name a file in one of these formats.");
		}
		Resource resource = resource(definition, location, loader);
		if (!resource.isReadable()) {
			throw definition.invalid("there is no file '%s' (%s)".formatted(location, resource.getDescription()),
					"Correct the name, or add the file.");
		}
		if (format == Format.CSV
				&& !ClassUtils.isPresent("de.siegmar.fastcsv.reader.CsvReader", DataFile.class.getClassLoader())) {
			throw definition.invalid("CSV needs the library 'de.siegmar:fastcsv', which is not there",
					"Add it to the dependencies of the application.");
		}
		return new DataFile(definition, resource, format);
	}

	private static Resource resource(DefinitionNode definition, String location, ResourceLoader loader) {
		try {
			if (location.indexOf(':') > 0 || !(definition.source() instanceof DefinitionSource.File file)) {
				return loader.getResource(location);
			}
			return file.resource().createRelative(location);
		}
		catch (IOException ex) {
			throw definition.invalid("'%s' is not a location: %s".formatted(location, ex.getMessage()),
					"Correct the name.");
		}
	}

	/**
	 * Return whether the name of a file has an ending that is read as rows.
	 * @param name the name
	 * @return whether it can hold rows only
	 */
	static boolean isRows(String name) {
		Format format = Format.of(name);
		return format != null && format != Format.JSON;
	}

	/**
	 * Return the resource.
	 * @return the file
	 */
	public Resource resource() {
		return this.resource;
	}

	/**
	 * Return the mark that distinguishes the content from another.
	 * @return size and CRC-32
	 * @throws InitializationException if the file cannot be read
	 */
	@Override
	public String mark() {
		try {
			return ResourceFiles.mark(this.resource);
		}
		catch (IOException ex) {
			throw unreadable(ex);
		}
	}

	/**
	 * Return the rows, each a map whose values know their places. The stream must be
	 * closed.
	 * @return the rows, in the order of the file
	 * @throws InitializationException if the file cannot be read, here or by the stream
	 */
	@Override
	public Stream<DefinitionNode> rows() {
		DefinitionSource source = new DefinitionSource.File(this.resource, UnaryOperator.identity());
		Reader reader = null;
		try {
			reader = open();
			Iterator<DefinitionNode> rows = new Guarded(this.format.rows(source, reader));
			Reader opened = reader;
			return StreamSupport
				.stream(Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED | Spliterator.NONNULL), false)
				.onClose(() -> close(opened));
		}
		catch (IOException | UncheckedIOException ex) {
			close(reader);
			throw unreadable(ex);
		}
	}

	private Reader open() throws IOException {
		InputStream in = new BufferedInputStream(this.resource.getInputStream(), BUFFER);
		try {
			in = String.valueOf(this.resource.getFilename()).endsWith(GZIP) ? new GZIPInputStream(in, BUFFER) : in;
			BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()),
					BUFFER);
			skipByteOrderMark(reader);
			return reader;
		}
		catch (IOException ex) {
			in.close();
			throw ex;
		}
	}

	private static void skipByteOrderMark(BufferedReader reader) throws IOException {
		reader.mark(1);
		if (reader.read() != '\uFEFF') {
			reader.reset();
		}
	}

	private static void close(@Nullable Reader reader) {
		try {
			if (reader != null) {
				reader.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private InitializationException unreadable(Exception ex) {
		Throwable cause = (ex instanceof UncheckedIOException unchecked) ? unchecked.getCause() : ex;
		String problem = (cause instanceof CharacterCodingException) ? "it is not in UTF-8" : String.valueOf(cause);
		return this.definition.invalid("%s cannot be read: %s".formatted(this.resource.getDescription(), problem),
				"Correct the file.");
	}

	@Override
	public String toString() {
		return this.resource.getDescription();
	}

	/**
	 * Formats by the endings of names.
	 */
	private enum Format {

		CSV {

			@Override
			Iterator<DefinitionNode> rows(DefinitionSource source, Reader reader) {
				return new CsvRows(source, reader);
			}

		},

		NDJSON {

			@Override
			Iterator<DefinitionNode> rows(DefinitionSource source, Reader reader) {
				return JsonRows.ofLines(source, reader);
			}

		},

		JSON {

			@Override
			Iterator<DefinitionNode> rows(DefinitionSource source, Reader reader) {
				return JsonRows.ofList(source, reader);
			}

		};

		static final List<String> ENDINGS = List.of(".csv", ".ndjson", ".jsonl", ".json");

		abstract Iterator<DefinitionNode> rows(DefinitionSource source, Reader reader) throws IOException;

		static @Nullable Format of(String name) {
			String plain = name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
			int dot = plain.lastIndexOf('.');
			return switch ((dot >= 0) ? plain.substring(dot) : "") {
				case ".csv" -> CSV;
				case ".ndjson", ".jsonl" -> NDJSON;
				case ".json" -> JSON;
				default -> null;
			};
		}

	}

	/**
	 * Names the file in the errors of its stream.
	 */
	private final class Guarded implements Iterator<DefinitionNode> {

		private final Iterator<DefinitionNode> rows;

		private Guarded(Iterator<DefinitionNode> rows) {
			this.rows = rows;
		}

		@Override
		public boolean hasNext() {
			try {
				return this.rows.hasNext();
			}
			catch (UncheckedIOException ex) {
				throw unreadable(ex);
			}
		}

		@Override
		public DefinitionNode next() {
			return this.rows.next();
		}

	}

}
