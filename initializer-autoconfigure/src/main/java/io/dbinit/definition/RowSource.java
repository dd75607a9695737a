package io.dbinit.definition;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Rows that are read one by one, as there may be more of them than fit into memory. The
 * text of a source describes it.
 */
public interface RowSource {

	/**
	 * Return the rows, each a map whose values know their places. The stream must be
	 * closed.
	 * @return the same rows each time, in their order
	 */
	Stream<DefinitionNode> rows();

	/**
	 * Return the mark that distinguishes the rows from others.
	 * @return a text that is different whenever the rows are
	 */
	String mark();

	/**
	 * Return a source of converted rows.
	 * @param conversion converts a row
	 * @return the source, with the mark of this one
	 */
	default RowSource map(UnaryOperator<DefinitionNode> conversion) {
		RowSource source = this;
		return new RowSource() {

			@Override
			public Stream<DefinitionNode> rows() {
				return source.rows().map(conversion);
			}

			@Override
			public String mark() {
				return source.mark();
			}

			@Override
			public String toString() {
				return source.toString();
			}

		};
	}

}
