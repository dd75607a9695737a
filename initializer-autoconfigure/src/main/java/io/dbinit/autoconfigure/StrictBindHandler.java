package io.dbinit.autoconfigure;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.definition.NearestWord;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.convert.ConversionException;

/**
 * Refuses what Spring Boot's binding ignores, keeps what it loses, and says what was
 * expected.
 */
final class StrictBindHandler extends NoUnboundElementsBindHandler {

	private final DefinitionTree tree;

	private final Set<ConfigurationPropertyName> asked = new LinkedHashSet<>();

	private final Set<ConfigurationPropertyName> maps = new HashSet<>();

	private final Set<ConfigurationPropertyName> trees = new HashSet<>();

	StrictBindHandler(DefinitionTree tree) {
		super(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
		this.tree = tree;
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		this.asked.add(name);
		Class<?> type = target.getType().toClass();
		if (Collection.class.isAssignableFrom(type) && target.getType().getGeneric(0).toClass() != String.class) {
			requireList(name);
		}
		if (Map.class.isAssignableFrom(type) && !isInTree(name)) {
			this.maps.add(name);
			requireWholeKeys(name);
		}
		return super.onStart(name, (type == Object.class) ? tree(name, target, context) : target, context);
	}

	/**
	 * A list of texts can also be written as one text with commas.
	 */
	private void requireList(ConfigurationPropertyName name) {
		if (this.tree.isScalar(name) && !"".equals(this.tree.value(name))) {
			throw new InitializationException(
					"Invalid definition at %s: wanted a list, found '%s'".formatted(Definition.where(name, this.tree),
							this.tree.value(name)),
					"Write each element on a line of its own that begins with '- '. No database was touched.", null);
		}
	}

	private boolean isInTree(ConfigurationPropertyName name) {
		return this.trees.stream().anyMatch((tree) -> tree.equals(name) || tree.isAncestorOf(name));
	}

	/**
	 * Spring Boot leaves characters of a key out unless it stands in brackets.
	 */
	private void requireWholeKeys(ConfigurationPropertyName name) {
		for (String key : this.tree.keys(name)) {
			if (!key.startsWith("[") && !key.matches("[A-Za-z0-9_-]+")) {
				throw new InitializationException(
						"Invalid definition at %s: the key '%s' has special characters"
							.formatted(Definition.where(name, this.tree), key),
						"Write \"[%s]\". No database was touched.".formatted(key), null);
			}
		}
	}

	@SuppressWarnings("unchecked")
	private <T> Bindable<T> tree(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		this.trees.add(name);
		for (ConfigurationPropertySource source : context.getSources()) {
			if (source.getConfigurationProperty(name) != null) {
				return target;
			}
		}
		return (Bindable<T>) (this.tree.isList(name) ? Bindable.listOf(Object.class)
				: Bindable.mapOf(String.class, Object.class));
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		Object value = super.onSuccess(name, target, context, result);
		Object written = this.trees.contains(name) ? this.tree.value(name) : null;
		return (written != null) ? written : value;
	}

	/**
	 * Return the error to throw.
	 * @param ex the error of Spring Boot
	 * @return the same in words for whoever wrote the definition
	 */
	InitializationException translate(BindException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof InitializationException known) {
				return known;
			}
			if (cause instanceof UnboundConfigurationPropertiesException unbound) {
				return unknown(unbound);
			}
		}
		return notConverted(ex);
	}

	private InitializationException unknown(UnboundConfigurationPropertiesException ex) {
		String problems = ex.getUnboundProperties()
			.stream()
			.map(this::unknown)
			.distinct()
			.collect(Collectors.joining(System.lineSeparator()));
		return new InitializationException(problems, "Correct the definition. No database was touched.", null);
	}

	private String unknown(ConfigurationProperty property) {
		ConfigurationPropertyName name = property.getName();
		for (int size = name.getNumberOfElements() - 1; size >= 0; size--) {
			Set<String> known = known(name.chop(size));
			if (!known.isEmpty()) {
				return unknown(property, name.chop(size + 1), known);
			}
		}
		return "Unknown key at " + Definition.where(name, this.tree);
	}

	private String unknown(ConfigurationProperty property, ConfigurationPropertyName name, Set<String> known) {
		String word = name.getLastElement(Form.ORIGINAL);
		String message = "Unknown key '%s' at %s%s".formatted(word, Definition.where(name, this.tree),
				NearestWord.suggest(word, known));
		ConfigurationPropertyName parent = name.getParent();
		if (this.maps.contains(parent.getParent()) && parent.getNumberOfElements() > 0) {
			message += " If '%1$s.%2$s' is one name, write \"[%1$s.%2$s]\"".formatted(
					parent.getLastElement(Form.ORIGINAL),
					property.getName().subName(parent.getNumberOfElements()).getElement(0, Form.ORIGINAL));
		}
		return message;
	}

	private Set<String> known(ConfigurationPropertyName parent) {
		if (this.maps.contains(parent)) {
			return Set.of();
		}
		return this.asked.stream()
			.filter((name) -> name.getNumberOfElements() > 0 && name.getParent().equals(parent))
			.map((name) -> name.getLastElement(Form.DASHED))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private InitializationException notConverted(BindException ex) {
		ConfigurationProperty property = ex.getProperty();
		String where = Definition.where((property != null) ? property.getName() : ex.getName(), this.tree);
		Throwable reason = ex;
		while (reason.getCause() != null
				&& (reason instanceof BindException || reason instanceof ConversionException)) {
			reason = reason.getCause();
		}
		String found = (property != null) ? "'" + property.getValue() + "'" : "nothing";
		Class<?> type = ex.getTarget().getType().toClass();
		String wanted = type.isEnum() ? NearestWord.suggest(found.replace("'", ""), words(type))
				: ", which is not a %s: %s".formatted(type.getSimpleName().toLowerCase(Locale.ROOT),
						reason.getMessage());
		return new InitializationException("Invalid definition at %s: found %s%s".formatted(where, found, wanted),
				"Correct the value. No database was touched.", ex);
	}

	private static Set<String> words(Class<?> type) {
		return Arrays.stream(type.getEnumConstants())
			.map((value) -> value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
			.collect(Collectors.toSet());
	}

}
