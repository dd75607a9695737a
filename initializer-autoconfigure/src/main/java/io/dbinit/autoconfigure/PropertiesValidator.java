package io.dbinit.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.dbinit.InitializationException;
import io.dbinit.definition.NearestWord;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * Validates the properties that begin with {@code db-init.} before any of them is used,
 * also those of features whose library is not on the class path: names that Spring Boot's
 * binding would ignore, and values that are empty, invalid or out of bounds.
 */
final class PropertiesValidator {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("db-init");

	private static final Pattern VARIABLE = Pattern.compile("DB_?INIT_.+", Pattern.CASE_INSENSITIVE);

	/** An unknown environment is production, so that every text is valid. */
	private static final String ENVIRONMENT = "db-init.environment";

	private final Environment environment;

	private final PropertyReader reader;

	PropertiesValidator(Environment environment) {
		this.environment = environment;
		this.reader = new PropertyReader(environment);
	}

	/**
	 * Validate all properties.
	 * @throws InitializationException if a name is unknown
	 * @throws InvalidConfigurationPropertyValueException if a value is invalid
	 */
	void validate() {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
				List.of(variables.getPropertyNames()).forEach(this::validateVariable);
			}
			else if (source instanceof IterableConfigurationPropertySource iterable
					&& source.containsDescendantOf(PREFIX) != ConfigurationPropertyState.ABSENT) {
				iterable.filter(PREFIX::isAncestorOf).forEach((name) -> validate(name, source));
			}
		}
	}

	private void validate(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		PropertyType property = PropertyType.root();
		for (int i = 1; i < name.getNumberOfElements() && !property.isDefinition(); i++) {
			PropertyType child = property.child(name.chop(i + 1));
			if (child == null) {
				throw unknown(name, name.chop(i + 1), property, source);
			}
			property = child;
			if (!ConfigurationPropertyName.isValid(property.name().toString())) {
				throw unknown(name, source, ": a name has letters, digits and hyphens only, unless it is in brackets");
			}
		}
		validateValue(property);
	}

	private void validateValue(PropertyType property) {
		String name = property.name().toString();
		if (property.isDefinition() || name.equals(ENVIRONMENT)) {
			return;
		}
		if (property.isList()) {
			this.reader.readList(name);
		}
		else if (property.isGroup() || property.isMap()) {
			String text = this.reader.readText(name);
			if (StringUtils.hasText(text)) {
				throw new InvalidConfigurationPropertyValueException(name, text,
						"must not have a value, as it is a group of properties");
			}
		}
		else {
			Object value = this.reader.read(name, property.type().toClass());
			PropertyBounds bounds = PropertyBounds.of(property);
			if (value != null && bounds != null && !bounds.contain(value)) {
				throw new InvalidConfigurationPropertyValueException(name, value, "must be between " + bounds);
			}
		}
	}

	private static InitializationException unknown(ConfigurationPropertyName name, ConfigurationPropertyName element,
			PropertyType parent, ConfigurationPropertySource source) {
		String hint = parent.isGroup()
				? NearestWord.suggest(element.getLastElement(ConfigurationPropertyName.Form.DASHED),
						parent.members().values().stream().map(PropertyType::lastElement).toList())
				: ": '%s' has a single value".formatted(parent.name());
		return unknown(name, source, hint);
	}

	private static InitializationException unknown(ConfigurationPropertyName name, ConfigurationPropertySource source,
			String hint) {
		Origin origin = Origin.from(source.getConfigurationProperty(name));
		return new InitializationException(
				"Unknown property '%s'%s%s".formatted(name, (origin != null) ? " (" + origin + ")" : "", hint),
				"Correct the name of the property, or remove it. Nothing was changed.", null);
	}

	/**
	 * The name of a variable does not tell where one element ends and the next begins,
	 * and other tools may have variables that begin alike. One is wrong for certain if it
	 * is a property but for a few letters.
	 */
	private void validateVariable(String variable) {
		if (!VARIABLE.matcher(variable).matches()) {
			return;
		}
		String name = uniform(variable.replaceFirst("(_[0-9]+_?)+$", "")).substring("dbinit".length());
		PropertyType property = Variables.PROPERTIES.get(name);
		if (property != null) {
			validateValue(property);
			return;
		}
		if (Variables.PREFIXES.stream().anyMatch(name::startsWith)) {
			return;
		}
		NearestWord.find(name, Variables.PROPERTIES.keySet()).map(Variables.PROPERTIES::get).ifPresent((nearest) -> {
			throw new InitializationException(
					"Environment variable '%s' sets no property, did you mean '%s' for '%s'?".formatted(variable,
							Variables.name(nearest), nearest.name()),
					"Correct the name of the variable, or remove it. Nothing was changed.", null);
		});
	}

	private static String uniform(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
	}

	/**
	 * Apart, since a start without such variables does not need them.
	 */
	private static final class Variables {

		/** Properties whose names contain no element that a user chooses. */
		static final Map<String, PropertyType> PROPERTIES = new HashMap<>();

		/** The beginnings of the names that contain such an element. */
		static final List<String> PREFIXES;

		static {
			collect(PropertyType.root());
			PREFIXES = PROPERTIES.entrySet()
				.stream()
				.filter((entry) -> entry.getValue().isMap())
				.map(Map.Entry::getKey)
				.toList();
		}

		private static void collect(PropertyType group) {
			group.members().values().forEach((property) -> {
				if (property.isGroup()) {
					collect(property);
				}
				else {
					PROPERTIES.put(uniform(property.name().toString()).substring("dbinit".length()), property);
				}
			});
		}

		static String name(PropertyType property) {
			return property.name().toString().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
		}

	}

}
