package io.dbinit.definition;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.dbinit.InitializationException;

import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;

/**
 * Reads the definition files of folders: {@code *.yml}, {@code *.yaml} and
 * {@code *.json}. Schemas of validators, {@code *.schema.json}, are left out.
 */
public final class DefinitionFiles {

	private final ResourcePatternResolver resources;

	private final DefinitionReader reader;

	/**
	 * Create an instance.
	 * @param resources loads files
	 * @param placeholders resolves the placeholders of texts
	 */
	public DefinitionFiles(ResourceLoader resources, PropertyResolver placeholders) {
		this.resources = ResourcePatternUtils.getResourcePatternResolver(resources);
		this.reader = new DefinitionReader(placeholders::resolveRequiredPlaceholders);
	}

	/**
	 * Read all files of some folders, in the order of their names.
	 * @param property the property that names the folders, for messages
	 * @param folders the folders
	 * @param optional the folder that may be missing
	 * @return the documents of all files
	 * @throws InitializationException if a folder has no definition files, or a file
	 * cannot be read or is malformed
	 */
	public List<DefinitionNode> read(String property, List<String> folders, String optional) {
		return folders.stream().distinct().flatMap((folder) -> {
			List<Resource> files = find(folder, DefinitionFiles::isDefinition);
			if (files.isEmpty() && !folder.equals(optional)) {
				throw new InitializationException(
						"'%s' names '%s', where no YAML or JSON file is".formatted(property, folder),
						"Correct the location, or remove it. No database was touched.", null);
			}
			return files.stream();
		}).flatMap((file) -> this.reader.read(file).stream()).toList();
	}

	/**
	 * Find the files of some folders that hold rows in CSV or NDJSON.
	 * @param folders the folders
	 * @return the files
	 */
	public List<Resource> findRows(List<String> folders) {
		return folders.stream().distinct().flatMap((folder) -> find(folder, DataFile::isRows).stream()).toList();
	}

	private List<Resource> find(String folder, Predicate<String> names) {
		String pattern = (folder.endsWith("/") ? folder : folder + "/").replaceFirst("^classpath:", "classpath*:");
		try {
			return Stream.of(this.resources.getResources(pattern + "*.*"))
				.filter((file) -> names.test(String.valueOf(file.getFilename())))
				.sorted(Comparator.comparing(Resource::getDescription))
				.toList();
		}
		catch (FileNotFoundException ex) {
			return List.of();
		}
		catch (IOException ex) {
			throw new InitializationException("Failed to list the files of '%s': %s".formatted(folder, ex.getMessage()),
					"Check that the folder can be read. No database was touched.", ex);
		}
	}

	private static boolean isDefinition(String name) {
		String plain = name.replaceFirst("\\.gz$", "");
		return !plain.endsWith(".schema.json") && Stream.of(".yml", ".yaml", ".json").anyMatch(plain::endsWith);
	}

}
