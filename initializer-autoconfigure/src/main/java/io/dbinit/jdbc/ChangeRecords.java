package io.dbinit.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import io.dbinit.Journal.InDoubt;
import io.dbinit.lock.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The changes that an application began and did not conclude. A change without an
 * application was begun by a release that did not record the application, and belongs to
 * each of them.
 */
final class ChangeRecords {

	private final Lease lease;

	private final String holds;

	private final Dialect dialect;

	/**
	 * Create records that are only written while a lease holds.
	 * @param lease the lease
	 * @param holds the from clause that yields a row while the lease holds, with its
	 * owner and its token as parameters
	 * @param dialect the dialect
	 */
	ChangeRecords(Lease lease, String holds, Dialect dialect) {
		this.lease = lease;
		this.holds = holds;
		this.dialect = dialect;
	}

	List<InDoubt> inDoubt(Connection connection, @Nullable String application) throws SQLException {
		String sql = "select step, change_text from db_init_change%s order by token, position";
		List<InDoubt> changes = (application != null)
				? Sql.query(connection, sql.formatted(" where application = ? or application is null"),
						(row) -> new InDoubt(row.getString(1), row.getString(2)), application)
				: Sql.query(connection, sql.formatted(""), (row) -> new InDoubt(row.getString(1), row.getString(2)));
		return changes.stream().distinct().toList();
	}

	/**
	 * Insert a change.
	 * @return whether the lease holds
	 */
	boolean insert(Connection connection, int position, String step, String change, @Nullable String application)
			throws SQLException {
		try {
			int inserted = (application != null)
					? Sql.update(connection, """
							insert into db_init_change (token, position, step, change_text, intended_at, application)
							select token, ?, ?, ?, %s, ? %s""".formatted(this.dialect.now(), this.holds), position,
							step, change, application, this.lease.owner(), this.lease.token())
					: Sql.update(connection, """
							insert into db_init_change (token, position, step, change_text, intended_at)
							select token, ?, ?, ?, %s %s""".formatted(this.dialect.now(), this.holds), position, step,
							change, this.lease.owner(), this.lease.token());
			return inserted > 0;
		}
		catch (SQLException ex) {
			if (SqlErrors.isDuplicate(ex)) {
				// Written by an attempt whose answer was lost
				return true;
			}
			throw ex;
		}
	}

	/**
	 * Delete a change.
	 * @return whether there was one and the lease holds
	 */
	boolean delete(Connection connection, String step, String change, @Nullable String application)
			throws SQLException {
		String sql = "delete from db_init_change where step = ? and change_text = ? and exists (select 1 %s)"
			.formatted(this.holds);
		int deleted = (application != null)
				? Sql.update(connection, sql + " and (application = ? or application is null)", step, change,
						this.lease.owner(), this.lease.token(), application)
				: Sql.update(connection, sql, step, change, this.lease.owner(), this.lease.token());
		return deleted > 0;
	}

}
