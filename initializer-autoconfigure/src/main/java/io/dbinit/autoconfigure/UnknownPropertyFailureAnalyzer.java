package io.dbinit.autoconfigure;

import java.beans.PropertyDescriptor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Names the nearest known property where one of a feature is not known.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationPropertiesBindException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ConfigurationPropertiesBindException cause) {
		UnboundConfigurationPropertiesException unbound = findCause(cause,
				UnboundConfigurationPropertiesException.class);
		if (unbound == null || !cause.getAnnotation().prefix().startsWith("db-init.")) {
			return null;
		}
		String unknown = unbound.getUnboundProperties()
			.stream()
			.map((property) -> UnknownProperties.describe(property.getName(), property.getOrigin())
					+ suggest(property, cause.getBeanType()))
			.collect(Collectors.joining(System.lineSeparator()));
		return new FailureAnalysis(unknown, UnknownProperties.ACTION, cause);
	}

	/**
	 * Walk down to the type that does not have the next element of the name.
	 */
	private static String suggest(ConfigurationProperty property, Class<?> type) {
		ConfigurationPropertyName name = property.getName();
		Class<?> parent = type;
		for (int i = 2; i < name.getNumberOfElements(); i++) {
			String element = name.getElement(i, ConfigurationPropertyName.Form.DASHED);
			Set<String> known = UnknownProperties.names(parent);
			if (!known.contains(element)) {
				return NearestWord.suggest(element, known);
			}
			parent = typeOf(element, parent);
		}
		return "";
	}

	private static Class<?> typeOf(String element, Class<?> parent) {
		return List.of(BeanUtils.getPropertyDescriptors(parent))
			.stream()
			.filter((property) -> UnknownProperties.name(property).equals(element))
			.<Class<?>>map(PropertyDescriptor::getPropertyType)
			.findFirst()
			.orElse(Object.class);
	}

}
