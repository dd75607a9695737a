package io.dbinit.seed;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import io.dbinit.InitializationException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Node;

import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Reads the seeds of all files in some locations.
 */
final class SeedFiles {

	private final ResourcePatternResolver resources;

	private final PropertyResolver placeholders;

	SeedFiles(ResourcePatternResolver resources, PropertyResolver placeholders) {
		this.resources = resources;
		this.placeholders = placeholders;
	}

	List<FileSeed> read(List<String> locations) {
		List<FileSeed> seeds = new ArrayList<>();
		for (String location : locations) {
			List<Resource> files = files(location);
			if (files.isEmpty() && !location.equals(SeedProperties.DEFAULT_LOCATION)) {
				throw new InitializationException(
						"'db-init.seeds.locations' names '%s', where no YAML or JSON file is".formatted(location),
						"Correct the location, or remove it. Nothing was changed.", null);
			}
			for (Resource file : files) {
				seeds.addAll(read(file));
			}
		}
		return seeds;
	}

	private List<Resource> files(String location) {
		String folder = location.endsWith("/") ? location : location + "/";
		String pattern = folder.startsWith("classpath:") ? "classpath*:" + folder.substring("classpath:".length())
				: folder;
		try {
			Resource[] files = this.resources.getResources(pattern + "*.*");
			return (files.length == 0) ? List.of()
					: Arrays.stream(files)
						.filter((file) -> String.valueOf(file.getFilename()).matches(".*\\.(ya?ml|json)"))
						.sorted(Comparator.comparing(SeedFiles::name))
						.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private List<FileSeed> read(Resource file) {
		try (Reader reader = new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8)) {
			LoaderOptions options = new LoaderOptions();
			options.setAllowDuplicateKeys(false);
			List<FileSeed> seeds = new ArrayList<>();
			for (Node document : new Yaml(options).composeAll(reader)) {
				seeds.add(new SeedNode(name(file), document, this.placeholders).toSeed());
			}
			return seeds;
		}
		catch (MarkedYAMLException ex) {
			throw new InitializationException(
					"Failed to read seeds from '%s': %s".formatted(name(file), ex.getMessage()),
					"Correct the file. Nothing was changed.", ex);
		}
		catch (IOException ex) {
			throw new InitializationException("Failed to read '%s'".formatted(name(file)),
					"Check that the file can be read. Nothing was changed.", ex);
		}
	}

	private static String name(Resource file) {
		return file.getDescription().replaceAll("^(class path resource|file|URL) \\[(.*)]$", "$2");
	}

}
