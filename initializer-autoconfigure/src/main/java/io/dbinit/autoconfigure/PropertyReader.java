package io.dbinit.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
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
		String text = this.binder.bind(name, String.class).orElse(null);
		if (text == null) {
			return null;
		}
		requireWellFormed(name, text, type);
		try {
			return this.binder.bind(name, type).orElseThrow(() -> invalid(name, text, type));
		}
		catch (BindException ex) {
			throw invalid(name, text, type);
		}
	}

	private void requireWellFormed(String name, String text, Class<?> type) {
		boolean wellFormed = !text.isBlank();
		if (isBoolean(type)) {
			wellFormed = text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
		}
		else if (type == Duration.class) {
			wellFormed &= !text.strip().matches("[+-]?0*[1-9][0-9]*");
		}
		if (!wellFormed) {
			throw invalid(name, text, type);
		}
	}

	private InvalidConfigurationPropertyValueException invalid(String name, String text, Class<?> type) {
		return new InvalidConfigurationPropertyValueException(name, text, expectation(type));
	}

	private static String expectation(Class<?> type) {
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
		return Number.class.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(type)) ? "must be a number"
				: "must be a " + type.getSimpleName();
	}

	private static boolean isBoolean(Class<?> type) {
		return type == boolean.class || type == Boolean.class;
	}

}
