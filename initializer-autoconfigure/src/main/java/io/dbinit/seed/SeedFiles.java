package io.dbinit.seed;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.dbinit.InitializationException;
import io.dbinit.definition.DataFile;
import io.dbinit.definition.DefinitionFiles;
import io.dbinit.definition.DefinitionNode;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Reads the seeds of all files in some folders.
 */
final class SeedFiles {

	private final DefinitionFiles files;

	private final ResourceLoader resources;

	private final References references = new References();

	private final @Nullable PasswordEncoding encoding;

	private final Recipes recipes;

	SeedFiles(ResourceLoader resources, PropertyResolver placeholders, @Nullable PasswordEncoding encoding) {
		this.encoding = encoding;
		this.recipes = new Recipes(placeholders);
		this.files = new DefinitionFiles(resources, placeholders);
		this.resources = resources;
	}

	/**
	 * Read all seeds, in the order of the files.
	 * @param property the property that names the folders, for messages
	 * @param folders the folders, of which only the default one may be missing
	 */
	List<FileSeed> read(String property, List<String> folders) {
		List<DefinitionNode> definitions = this.files.read(property, folders, SeedProperties.DEFAULT_LOCATION);
		this.recipes.add(definitions);
		List<FileSeed> seeds = definitions.stream()
			.map((definition) -> new SeedNotation(definition, this.resources, this.references, this.encoding,
					this.recipes)
				.read())
			.toList();
		// A label may be that of a row in a later file
		seeds.forEach(FileSeed::targets);
		requireNamed(this.files.findRows(folders), seeds);
		return seeds;
	}

	/**
	 * A file of rows is not read unless a seed says where they belong.
	 */
	private static void requireNamed(List<Resource> files, List<FileSeed> seeds) {
		Set<Resource> named = seeds.stream()
			.map((seed) -> seed.data().source())
			.filter(DataFile.class::isInstance)
			.map((source) -> ((DataFile) source).resource())
			.collect(Collectors.toSet());
		for (Resource file : files) {
			if (!named.contains(file)) {
				throw new InitializationException("No seed names the file %s".formatted(file.getDescription()),
						"Add a seed with 'file: %s', or remove the file. No database was touched."
							.formatted(file.getFilename()),
						null);
			}
		}
	}

}
