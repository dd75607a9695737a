package io.dbinit.liquibase;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What a changelog depends on besides its files. Liquibase's own configuration is a part
 * of it.
 */
final class LiquibaseSettings {

	private final Map<String, String> settings = new TreeMap<>(Variables.ofLiquibase());

	void put(String name, @Nullable Object value) {
		String text = Objects.toString(value, "");
		if (!text.isEmpty()) {
			this.settings.put(name, text);
		}
	}

	void parameters(@Nullable Map<?, ?> parameters) {
		if (parameters != null) {
			parameters.forEach((name, value) -> this.settings.put("parameters." + name, String.valueOf(value)));
		}
	}

	Map<String, String> toMap() {
		return this.settings;
	}

}
