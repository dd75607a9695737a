package io.dbinit.autoconfigure;

import java.beans.PropertyDescriptor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.dbinit.definition.DatabasesProperties;
import io.dbinit.definition.DatabasesProperties.NamedDatabase;
import io.dbinit.jdbc.JdbcProperties;
import io.dbinit.flyway.FlywayStepProperties;
import io.dbinit.liquibase.LiquibaseStepProperties;
import io.dbinit.mongock.MongockProperties;
import io.dbinit.mongodb.MongoDbProperties;
import io.dbinit.seed.SeedProperties;
import io.dbinit.transfer.BackupProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * Property that begins with {@code db-init.}, or a group of them: those of every start,
 * and those of each feature, which the primary databases and the named ones have in
 * common. The properties of a feature can be read without its library.
 *
 * @param name the name as it is documented
 * @param type the type of the value
 */
record PropertyType(ConfigurationPropertyName name, ResolvableType type) {

	private static final Map<String, Class<?>> FEATURES = Map.of("backup", BackupProperties.class, "flyway",
			FlywayStepProperties.class, "jdbc", JdbcProperties.class, "liquibase", LiquibaseStepProperties.class,
			"mongock", MongockProperties.class, "mongodb", MongoDbProperties.class, "seeds", SeedProperties.class);

	/** Definitions by their names, which are not bound but read as they were written. */
	private static final ResolvableType DEFINITIONS = ResolvableType.forClassWithGenerics(Map.class, String.class,
			Object.class);

	static PropertyType root() {
		return new PropertyType(ConfigurationPropertyName.of("db-init"),
				ResolvableType.forClass(DbInitProperties.class));
	}

	/**
	 * Return whether the value consists of the members of the group.
	 */
	boolean isGroup() {
		Class<?> type = this.type.toClass();
		return type.getName().startsWith("io.dbinit.") && !type.isEnum();
	}

	boolean isMap() {
		return Map.class.isAssignableFrom(this.type.toClass());
	}

	boolean isList() {
		return Collection.class.isAssignableFrom(this.type.toClass());
	}

	/**
	 * Return whether the value is a definition, which its feature reads.
	 */
	boolean isDefinition() {
		return this.type.equals(DEFINITIONS);
	}

	/**
	 * Return the members of this group.
	 * @return the members, by their names in lower case without punctuation
	 */
	Map<String, PropertyType> members() {
		return (this.type.toClass() == DbInitProperties.class) ? Root.MEMBERS : collectMembers();
	}

	private Map<String, PropertyType> collectMembers() {
		Map<String, PropertyType> members = new LinkedHashMap<>();
		Class<?> type = this.type.toClass();
		add(type, members);
		if (type == DbInitProperties.class) {
			add(DatabasesProperties.class, members);
		}
		if (type == LiquibaseStepProperties.class && this.name.getNumberOfElements() > 2) {
			members.remove("enabled"); // Beans of Liquibase are adopted all or none
		}
		if (type == MongoDbProperties.class) {
			add("collections", DEFINITIONS, members);
		}
		if (type == DbInitProperties.class || type == NamedDatabase.class) {
			FEATURES.forEach((name, feature) -> add(name, ResolvableType.forClass(feature), members));
		}
		return members;
	}

	private void add(Class<?> group, Map<String, PropertyType> members) {
		if (group.isRecord()) {
			for (RecordComponent component : group.getRecordComponents()) {
				add(component.getName(), ResolvableType.forMethodReturnType(component.getAccessor()), members);
			}
			return;
		}
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(group)) {
			if (property.getReadMethod() != null && !property.getName().equals("class")) {
				add(property.getName(), ResolvableType.forMethodReturnType(property.getReadMethod()), members);
			}
		}
	}

	private void add(String name, ResolvableType type, Map<String, PropertyType> members) {
		String dashed = name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
		members.put(name.toLowerCase(Locale.ROOT), new PropertyType(this.name.append(dashed), type));
	}

	/**
	 * Return the property that an element of a name leads to.
	 * @param element the name that ends with the element
	 * @return the property, or {@code null} if there is none
	 */
	@Nullable PropertyType child(ConfigurationPropertyName element) {
		if (isGroup()) {
			return members().get(element.getLastElement(Form.UNIFORM));
		}
		if (isMap()) {
			return new PropertyType(element, this.type.getGeneric(1));
		}
		return (isList() && element.isLastElementIndexed()) ? new PropertyType(element, this.type.getGeneric(0)) : null;
	}

	/**
	 * Return the name below the prefix of the primary databases or of a named one.
	 */
	String path() {
		boolean named = this.name.getNumberOfElements() > 3
				&& this.name.getElement(1, Form.UNIFORM).equals("databases");
		return this.name.subName(named ? 3 : 1).toString();
	}

	String lastElement() {
		return this.name.getLastElement(Form.DASHED);
	}

	/**
	 * Collected once, since the name of each property begins there.
	 */
	private static final class Root {

		static final Map<String, PropertyType> MEMBERS = root().collectMembers();

	}

}
