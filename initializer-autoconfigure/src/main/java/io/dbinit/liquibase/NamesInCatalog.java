package io.dbinit.liquibase;

import java.beans.PropertyDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;

import liquibase.change.Change;
import liquibase.change.ChangeWithColumns;
import liquibase.change.ColumnConfig;
import liquibase.database.Database;
import liquibase.structure.core.Table;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;

/**
 * Gives the names in a change the case in which the catalog has them, until it is closed:
 * where unquoted names become upper case, Liquibase does not find a table by the name
 * that the changelog uses, and takes it for missing.
 */
final class NamesInCatalog implements AutoCloseable {

	private final Deque<Runnable> restores = new ArrayDeque<>();

	private final Database database;

	NamesInCatalog(Change change, Database database) {
		this.database = database;
		correct(change);
		if (change instanceof ChangeWithColumns<?> withColumns && withColumns.getColumns() != null) {
			for (ColumnConfig column : withColumns.getColumns()) {
				correct(column, "name");
			}
		}
	}

	private void correct(Change change) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(change);
		for (PropertyDescriptor property : properties.getPropertyDescriptors()) {
			if (property.getPropertyType() == String.class && property.getWriteMethod() != null && property.getName()
				.matches(".*(Table|table|Column|column|index|sequence|view|constraint)Names?")) {
				correct(change, property.getName());
			}
		}
	}

	private void correct(Object target, String property) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(target);
		Object name = properties.getPropertyValue(property);
		String corrected = (name != null) ? corrected(String.valueOf(name)) : null;
		if (corrected != null && !corrected.equals(name)) {
			properties.setPropertyValue(property, corrected);
			this.restores.push(() -> properties.setPropertyValue(property, name));
		}
	}

	private @Nullable String corrected(String name) {
		return this.database.correctObjectName(name, Table.class);
	}

	@Override
	public void close() {
		this.restores.forEach(Runnable::run);
	}

}
