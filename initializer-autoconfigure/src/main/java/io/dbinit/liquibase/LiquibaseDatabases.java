package io.dbinit.liquibase;

import java.util.Optional;

import javax.sql.DataSource;

import io.dbinit.Database;
import io.dbinit.Plan;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the database of a plan that a Liquibase bean works on:
 * <ol>
 * <li>the one that is reached through its data source, or through a data source that its
 * data source wraps,</li>
 * <li>the one at the same address, as it has for another user,</li>
 * <li>the primary one, if its data source does not tell its address,</li>
 * <li>a new one, which is added to the plan.</li>
 * </ol>
 */
final class LiquibaseDatabases {

	private static final String PRIMARY = "jdbc";

	private final Plan.Builder plan;

	private final ListableBeanFactory beanFactory;

	LiquibaseDatabases(Plan.Builder plan, ListableBeanFactory beanFactory) {
		this.plan = plan;
		this.beanFactory = beanFactory;
	}

	Database find(String bean, DataSource dataSource) {
		Optional<Database> known = this.plan.databaseOf(dataSource)
			.or(() -> this.plan.databaseOf(DataSources.unwrap(dataSource)));
		if (known.isPresent()) {
			return known.get();
		}
		Optional<String> address = DataSources.address(dataSource);
		for (String name : this.plan.databaseNames()) {
			Database database = this.plan.database(name).orElseThrow();
			DataSource other = dataSource(database);
			if (other != null && (DataSources.isSame(dataSource, other)
					|| (address.isPresent() && address.equals(DataSources.address(other))))) {
				return database;
			}
		}
		return this.plan.database(PRIMARY)
			.filter((primary) -> address.isEmpty() && dataSource(primary) != null)
			.orElseGet(() -> add(bean, dataSource));
	}

	private Database add(String bean, DataSource dataSource) {
		return this.plan.addDatabase(name(bean, dataSource), dataSource);
	}

	/**
	 * The only database of an application is its primary one.
	 */
	private String name(String bean, DataSource dataSource) {
		for (String name : this.beanFactory.getBeanNamesForType(DataSource.class, true, false)) {
			if (DataSources.isSame(this.beanFactory.getBean(name, DataSource.class), dataSource)) {
				return name;
			}
		}
		return this.plan.database(PRIMARY).isEmpty() ? PRIMARY : bean;
	}

	/**
	 * Return the application's data source of a database.
	 * @param database a database
	 * @return the data source, or {@code null} if it is no SQL database
	 */
	static @Nullable DataSource dataSource(Database database) {
		return database.applicationClient(DataSource.class).orElse(null);
	}

}
