package io.dbinit.definition;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

import io.dbinit.definition.DefinitionBuilder.Slot;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;

/**
 * Maps of a file in JSON, one after the other.
 */
final class JsonRows implements Iterator<DefinitionNode> {

	private final Supplier<@Nullable DefinitionNode> rows;

	private @Nullable DefinitionNode next;

	private JsonRows(Supplier<@Nullable DefinitionNode> rows) {
		this.rows = rows;
	}

	/**
	 * Return the maps of a file that has one in each line, blank lines aside.
	 */
	static JsonRows ofLines(DefinitionSource source, Reader reader) {
		Lines lines = new Lines(source,
				(reader instanceof BufferedReader buffered) ? buffered : new BufferedReader(reader));
		return new JsonRows(lines::next);
	}

	/**
	 * Return the maps of a file that is a list.
	 */
	static JsonRows ofList(DefinitionSource source, Reader reader) {
		JsonReader list = JsonReader.ofList(source, reader);
		return new JsonRows(list::nextElement);
	}

	@Override
	public boolean hasNext() {
		if (this.next == null) {
			this.next = this.rows.get();
		}
		if (this.next != null) {
			this.next.entries();
		}
		return this.next != null;
	}

	@Override
	public DefinitionNode next() {
		if (!hasNext() || this.next == null) {
			throw new NoSuchElementException();
		}
		DefinitionNode row = this.next;
		this.next = null;
		return row;
	}

	/**
	 * Lines of a file.
	 */
	private static final class Lines {

		private final DefinitionSource source;

		private final BufferedReader reader;

		private int number;

		Lines(DefinitionSource source, BufferedReader reader) {
			this.source = source;
			this.reader = reader;
		}

		@Nullable DefinitionNode next() {
			try {
				String line = this.reader.readLine();
				this.number++;
				while (line != null && line.isBlank()) {
					line = this.reader.readLine();
					this.number++;
				}
				return (line != null) ? new JsonReader(this.source, line, new Place(this.number, 1)).document(Slot.ROOT)
						: null;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
