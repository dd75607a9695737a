package io.dbinit.autoconfigure;

import java.beans.PropertyDescriptor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.dbinit.InitializationException;
import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Rejects properties of ours that nobody reads, which Spring Boot would ignore. Those of
 * a feature are checked by the feature.
 */
final class UnknownProperties {

	static final String ACTION = "Correct the name of the property, or remove it. Nothing was changed.";

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("db-init");

	private static final Set<String> FEATURES = Set.of("jdbc", "liquibase", "mongock", "mongodb", "seeds");

	static Set<String> names(Class<?> type) {
		Set<String> names = new HashSet<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			names.add(name(property));
		}
		names.remove("class");
		return names;
	}

	static String name(PropertyDescriptor property) {
		return property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	void check(Environment environment) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				check(iterable);
			}
		}
	}

	private void check(IterableConfigurationPropertySource source) {
		if (source.containsDescendantOf(PREFIX) != ConfigurationPropertyState.ABSENT) {
			source.filter(PREFIX::isAncestorOf).forEach((name) -> check(name, source));
		}
	}

	private void check(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		String first = name.getElement(1, ConfigurationPropertyName.Form.DASHED);
		if (!Names.KNOWN.contains(first)) {
			throw unknown(name, first, Names.KNOWN, source);
		}
		Set<String> nested = Names.NESTED.get(first);
		if (nested != null && name.getNumberOfElements() > 2) {
			String second = name.getElement(2, ConfigurationPropertyName.Form.DASHED);
			if (!nested.contains(second)) {
				throw unknown(name, second, nested, source);
			}
		}
		if (first.equals("databases") && name.getNumberOfElements() > 3) {
			String key = name.getElement(3, ConfigurationPropertyName.Form.DASHED);
			if (!Names.DATABASE.contains(key)) {
				throw unknown(name, key, Names.DATABASE, source);
			}
		}
	}

	private static InitializationException unknown(ConfigurationPropertyName name, String element, Set<String> known,
			ConfigurationPropertySource source) {
		return new InitializationException(describe(name, Origin.from(source.getConfigurationProperty(name)))
				+ NearestWord.suggest(element, known), ACTION, null);
	}

	static String describe(ConfigurationPropertyName name, @Nullable Origin origin) {
		return "Unknown property '%s'%s".formatted(name, (origin != null) ? " (" + origin + ")" : "");
	}

	/**
	 * Apart, since a start without properties of ours does not need them.
	 */
	private static final class Names {

		static final Set<String> KNOWN = names(DbInitProperties.class);

		static final Map<String, Set<String>> NESTED = Map.of("wait", names(DbInitProperties.Wait.class), "lock",
				names(DbInitProperties.Lock.class));

		static final Set<String> DATABASE = names(DbInitProperties.Database.class);

		static {
			KNOWN.addAll(FEATURES);
		}

	}

}
