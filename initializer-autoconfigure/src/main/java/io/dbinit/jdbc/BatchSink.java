package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

import io.dbinit.seed.SeedData.Row;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in batches of a prepared statement.
 */
final class BatchSink implements RowSink {

	private static final int SIZE = 1000;

	private final Connection connection;

	private final Insert insert;

	private String sql = "";

	private @Nullable PreparedStatement statement;

	private @Nullable Row first;

	private @Nullable Row last;

	private int size;

	BatchSink(Connection connection, Insert insert) {
		this.connection = connection;
		this.insert = insert;
	}

	@Override
	public void add(Row row, List<@Nullable Object> values) throws SQLException {
		List<Parameter> parameters = new ArrayList<>();
		for (int i = 0; i < values.size(); i++) {
			parameters.add(this.insert.parameters().parameter(this.insert.columns().get(i), values.get(i)));
		}
		PreparedStatement batch = statement(parameters.stream().map(Parameter::expression).toList());
		int index = 1;
		for (Parameter parameter : parameters) {
			Object value = parameter.value();
			if (value != null) {
				this.insert.parameters().bind(batch, index++, value);
			}
			else {
				batch.setNull(index++, Types.NULL);
			}
		}
		batch.addBatch();
		this.first = (this.first != null) ? this.first : row;
		this.last = row;
		if (++this.size == SIZE) {
			finish();
		}
	}

	/**
	 * The expression for a value may depend on the value.
	 */
	private PreparedStatement statement(List<String> expressions) throws SQLException {
		String wanted = "insert into %s (%s)%s values (%s)".formatted(this.insert.table(),
				String.join(", ", this.insert.names()), this.insert.overriding(), String.join(", ", expressions));
		if (this.statement == null || !wanted.equals(this.sql)) {
			finish();
			close();
			this.statement = this.connection.prepareStatement(wanted);
			this.sql = wanted;
		}
		return this.statement;
	}

	@Override
	public void finish() throws SQLException {
		if (this.statement != null && this.size > 0) {
			this.statement.clearWarnings();
			this.statement.executeBatch();
			this.insert.parameters().requireUnchanged(this.statement);
		}
		this.size = 0;
		this.first = null;
	}

	@Override
	public String refusedRows(SQLException ex) {
		if (this.first == null || this.last == null || this.first == this.last) {
			return "the row at " + ((this.last != null) ? this.last.place() : "the start");
		}
		return "one of the rows from %s to %s".formatted(this.first.place(), this.last.place());
	}

	@Override
	public void close() throws SQLException {
		if (this.statement != null) {
			this.statement.close();
		}
	}

}
