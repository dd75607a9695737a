package io.dbinit.seed;

import java.util.List;

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

}
