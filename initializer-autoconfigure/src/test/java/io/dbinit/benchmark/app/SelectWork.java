package io.dbinit.benchmark.app;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;

/**
 * A connection of the application's pool and one SELECT.
 */
class SelectWork implements Work {

	private final ObjectProvider<DataSource> dataSource;

	SelectWork(ObjectProvider<DataSource> dataSource) {
		this.dataSource = dataSource;
	}

	@Override
	public void begin() throws SQLException {
		repeat();
	}

	@Override
	public void repeat() throws SQLException {
		try (Connection connection = this.dataSource.getObject().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select 1")) {
			rows.next();
		}
	}

}
