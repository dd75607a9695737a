package io.dbinit.seed;

import java.util.List;

import io.dbinit.definition.DefinitionFiles;

import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.ResourceLoader;

/**
 * Reads the seeds of all files in some folders.
 */
final class SeedFiles {

	private final DefinitionFiles files;

	SeedFiles(ResourceLoader resources, PropertyResolver placeholders) {
		this.files = new DefinitionFiles(resources, placeholders);
	}

	/**
	 * Read all seeds, in the order of the files.
	 * @param property the property that names the folders, for messages
	 * @param folders the folders, of which only the default one may be missing
	 */
	List<FileSeed> read(String property, List<String> folders) {
		return this.files.read(property, folders, SeedProperties.DEFAULT_LOCATION)
			.stream()
			.map((definition) -> new SeedNotation(definition).read())
			.toList();
	}

}
