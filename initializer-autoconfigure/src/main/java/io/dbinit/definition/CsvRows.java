package io.dbinit.definition;

import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.dbinit.definition.DefinitionSource.Place;
import org.jspecify.annotations.Nullable;

/**
 * Records of a file in CSV (RFC 4180), whose first one has the names of the columns. An
 * empty value without quotes is {@code null}, one with quotes an empty text, as in
 * <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY</a>.
 */
final class CsvRows implements Iterator<DefinitionNode> {

	private final DefinitionSource source;

	private final Iterator<Cells> records;

	private final List<String> header = new ArrayList<>();

	private @Nullable DefinitionNode next;

	CsvRows(DefinitionSource source, Reader reader) {
		this.source = source;
		this.records = CsvReader.builder()
			.skipEmptyLines(false)
			.allowUnclosedQuote(false)
			.allowExtraCharsAfterClosingQuote(false)
			.allowExtraFields(true)
			.allowMissingFields(true)
			.build(new CellsHandler(), reader)
			.iterator();
		readHeader();
	}

	private void readHeader() {
		Cells first = record();
		if (first == null || first.texts().isEmpty()) {
			throw invalid(1, "there is no first line with the names of the columns", null);
		}
		Set<String> names = new HashSet<>();
		for (String name : first.texts()) {
			if (name == null || name.isBlank()) {
				throw invalid(first.line(), "a column has no name", null);
			}
			if (!names.add(name)) {
				throw invalid(first.line(), "the column '" + name + "' is there twice", null);
			}
			this.header.add(name);
		}
	}

	private @Nullable Cells record() {
		try {
			return this.records.hasNext() ? this.records.next() : null;
		}
		catch (CsvParseException ex) {
			throw new Position("", this.source, Place.START).invalid("it is not CSV: " + message(ex),
					"Correct the file.", ex);
		}
	}

	private static String message(CsvParseException ex) {
		Throwable cause = ex.getCause();
		return (cause != null) ? ex.getMessage() + " (" + cause.getMessage() + ")" : String.valueOf(ex.getMessage());
	}

	private RuntimeException invalid(long line, String problem, @Nullable Exception cause) {
		return new Position("", this.source, new Place((int) line, 1)).invalid(problem, "Correct the file.", cause);
	}

	@Override
	public boolean hasNext() {
		while (this.next == null) {
			Cells cells = record();
			if (cells == null) {
				return false;
			}
			// A line without anything is a row only where there is a single column
			if (!cells.texts().isEmpty()) {
				this.next = row(cells);
			}
			else if (this.header.size() == 1) {
				cells.texts().add(null);
				this.next = row(cells);
			}
		}
		return true;
	}

	private DefinitionNode row(Cells cells) {
		if (cells.texts().size() != this.header.size()) {
			throw invalid(cells.line(), "%d values for %d columns".formatted(cells.texts().size(), this.header.size()),
					null);
		}
		Place place = new Place((int) cells.line(), 1);
		Map<String, DefinitionNode> values = new LinkedHashMap<>();
		DefinitionNode row = new DefinitionNode(this.source, null, "", place, place, values);
		for (int i = 0; i < this.header.size(); i++) {
			String name = this.header.get(i);
			values.put(name, new DefinitionNode(this.source, row, name, place, place, scalar(cells.texts().get(i))));
		}
		return row;
	}

	/**
	 * A value is a text, whether in quotes or not.
	 */
	private static Scalar scalar(@Nullable String text) {
		return (text != null) ? new Scalar(text, false, null) : Scalar.NULL;
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
	 * Values of a record.
	 */
	private record Cells(long line, List<@Nullable String> texts) {

	}

	private static final class CellsHandler extends AbstractBaseCsvCallbackHandler<Cells> {

		private List<@Nullable String> texts = new ArrayList<>();

		@Override
		protected void handleBegin(long startingLineNumber) {
			this.texts = new ArrayList<>();
		}

		@Override
		protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
			this.texts.add((length == 0 && !quoted) ? null : new String(buffer, offset, length));
		}

		@Override
		protected Cells buildRecord() {
			return new Cells(getStartingLineNumber(), this.texts);
		}

	}

}
