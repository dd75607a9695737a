package io.dbinit.seed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of seeding.
 */
@ConfigurationProperties(prefix = "db-init.seeds", ignoreUnknownFields = false)
public class SeedProperties {

	static final String DEFAULT_LOCATION = "classpath:db-init/seeds/";

	/**
	 * Whether databases are seeded.
	 */
	private boolean enabled = true;

	/**
	 * Folders whose YAML and JSON files define seeds.
	 */
	private List<String> locations = List.of(DEFAULT_LOCATION);

	/**
	 * Numbers of rows to generate, by the ids of seeds. They override those of the seeds.
	 */
	private Map<String, Integer> generate = new LinkedHashMap<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<String> getLocations() {
		return this.locations;
	}

	public void setLocations(List<String> locations) {
		this.locations = locations;
	}

	public Map<String, Integer> getGenerate() {
		return this.generate;
	}

	public void setGenerate(Map<String, Integer> generate) {
		this.generate = generate;
	}

}
