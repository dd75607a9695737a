package io.dbinit.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Reads a single property in every spelling that Spring Boot's {@link Binder} accepts. An
 * empty or invalid value is an error that names the property, where conditions and
 * binding would fall back to a default.
 */
final class PropertyReader {

	private final Binder binder;

	PropertyReader(Environment environment) {
		this.binder = Binder.get(environment);
	}

	/**
	 * Read a property.
	 * @param <T> the type of its value
	 * @param name the name of the property
	 * @param type the type of its value
	 * @param defaultValue the value of a property that is not set
	 * @return the value
	 * @throws InvalidConfigurationPropertyValueException if the value is empty or invalid
	 */
	<T> T read(String name, Class<T> type, T defaultValue) {
		T value = read(name, type);
		return (value != null) ? value : defaultValue;
	}

	/**
	 * Read a property that has no default.
	 * @param <T> the type of its value
	 * @param name the name of the property
	 * @param type the type of its value
	 * @return the value, or {@code null} if the property is not set
	 * @throws InvalidConfigurationPropertyValueException if the value is empty or invalid
	 */
	<T> @Nullable T read(String name, Class<T> type) {
		String text = readText(name);
		if (text == null) {
			return null;
		}
		if (!isWellFormed(text, type)) {
			throw invalid(name, text, type);
		}
		try {
			return this.binder.bind(name, type).orElseThrow(() -> invalid(name, text, type));
		}
		catch (BindException ex) {
			throw invalid(name, text, type);
		}
	}

	/**
	 * Read the text of a property.
	 * @param name the name of the property
	 * @return the text, in which placeholders without a value are left as they are, or
	 * {@code null} if the property is not set
	 */
	@Nullable String readText(String name) {
		return this.binder.bind(name, String.class).orElse(null);
	}

	/**
	 * Read a property that is a list of texts.
	 * @param name the name of the property
	 * @return the texts, empty if the property is not set
	 * @throws InvalidConfigurationPropertyValueException if a text is empty
	 */
	List<String> readList(String name) {
		List<String> texts = this.binder.bind(name, Bindable.listOf(String.class)).orElse(List.of());
		for (String text : texts) {
			if (!isWellFormed(text, String.class)) {
				throw invalid(name, text, String.class);
			}
		}
		return texts;
	}

	/**
	 * Boolean values are those that conditions know. A number without a unit would be
	 * taken for milliseconds.
	 */
	private static boolean isWellFormed(String text, Class<?> type) {
		if (isBoolean(type)) {
			return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
		}
		if (type == Duration.class && text.strip().matches("[+-]?[0-9]*[1-9][0-9]*")) {
			return false;
		}
		return !text.isBlank() && !text.contains("${");
	}

	private static InvalidConfigurationPropertyValueException invalid(String name, String text, Class<?> type) {
		return new InvalidConfigurationPropertyValueException(name, text, expectation(text, type));
	}

	private static String expectation(String text, Class<?> type) {
		if (isBoolean(type)) {
			return "must be 'true' or 'false'";
		}
		if (type.isEnum()) {
			return "must be one of " + Arrays.stream(type.getEnumConstants())
				.map((value) -> "'" + value.toString().toLowerCase(Locale.ROOT).replace('_', '-') + "'")
				.collect(Collectors.joining(", "));
		}
		if (type == Duration.class) {
			return "must be a duration with its unit, like '20s'";
		}
		if (Number.class.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(type))) {
			return "must be a number";
		}
		return text.isBlank() ? "must not be empty" : "must not have a placeholder without a value";
	}

	private static boolean isBoolean(Class<?> type) {
		return type == boolean.class || type == Boolean.class;
	}

}
