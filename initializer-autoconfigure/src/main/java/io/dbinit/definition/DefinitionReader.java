package io.dbinit.definition;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

import io.dbinit.InitializationException;
import io.dbinit.definition.DefinitionBuilder.Slot;
import io.dbinit.definition.DefinitionSource.Place;
import org.yaml.snakeyaml.reader.StreamReader;

import org.springframework.core.io.Resource;

/**
 * Reads files in YAML and JSON strictly: UTF-8 only, no key twice, no more than 16 MB,
 * and no more than {@value DefinitionBuilder#MAX_DEPTH} levels.
 */
public final class DefinitionReader {

	private static final int MAX_BYTES = 16 * 1024 * 1024;

	private static final String TOO_LARGE = "the file has more than 16 MB";

	private final UnaryOperator<String> placeholders;

	/**
	 * Create a reader.
	 * @param placeholders replaces the placeholders of texts, and throws an
	 * {@link IllegalArgumentException} for one that has no value
	 */
	public DefinitionReader(UnaryOperator<String> placeholders) {
		this.placeholders = placeholders;
	}

	/**
	 * Read the documents of a file.
	 * @param file a file whose name ends with {@code .json}, or else a file in YAML,
	 * compressed with gzip if its name ends with {@code .gz}
	 * @return the documents; those of YAML that are empty are left out
	 * @throws InitializationException if the file cannot be read or is malformed
	 */
	public List<DefinitionNode> read(Resource file) {
		DefinitionSource source = new DefinitionSource.File(file, this.placeholders);
		String text = decode(source, bytes(file));
		boolean json = String.valueOf(file.getFilename()).replaceFirst("\\.gz$", "").endsWith(".json");
		requirePrintable(source, text, json);
		return json ? List.of(new JsonReader(source, text, Place.START).document(Slot.ROOT))
				: new YamlParser(source, text).documents();
	}

	/**
	 * Read a text of a definition that holds JSON.
	 * @param node the text
	 * @return the JSON, whose parts are below the node
	 * @throws InitializationException if the JSON is malformed
	 */
	public static DefinitionNode json(DefinitionNode node) {
		Slot slot = new Slot(null, node.path(), node.keyPlace(), 0);
		return new JsonReader(node.source().resolved(), node.text(), node.place()).document(slot);
	}

	private static byte[] bytes(Resource file) {
		try (InputStream in = open(file)) {
			byte[] bytes = in.readNBytes(MAX_BYTES + 1);
			if (bytes.length > MAX_BYTES) {
				throw Position.invalid(file.getDescription(), TOO_LARGE, "Divide it into several files.", null);
			}
			return bytes;
		}
		catch (IOException ex) {
			throw new InitializationException("Failed to read %s: %s".formatted(file.getDescription(), ex.getMessage()),
					"Check that the file can be read. No database was touched.", ex);
		}
	}

	private static InputStream open(Resource file) throws IOException {
		InputStream in = file.getInputStream();
		return String.valueOf(file.getFilename()).endsWith(".gz") ? new GZIPInputStream(in) : in;
	}

	private static String decode(DefinitionSource source, byte[] bytes) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
			.onMalformedInput(CodingErrorAction.REPORT)
			.onUnmappableCharacter(CodingErrorAction.REPORT);
		CharBuffer text = CharBuffer.allocate(bytes.length);
		ByteBuffer input = ByteBuffer.wrap(bytes);
		CoderResult result = decoder.decode(input, text, true);
		text.flip();
		if (result.isError()) {
			throw invalid(source, end(text), "the byte 0x%02x is not UTF-8".formatted(bytes[input.position()]));
		}
		return (text.length() > 0 && text.charAt(0) == '\uFEFF') ? text.subSequence(1, text.length()).toString()
				: text.toString();
	}

	private static void requirePrintable(DefinitionSource source, String text, boolean json) {
		for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
			int c = text.codePointAt(i);
			if (json ? c == 0 : !StreamReader.isPrintable(c)) {
				throw invalid(source, end(text.substring(0, i)), "the character U+%04X is not allowed".formatted(c));
			}
		}
	}

	private static InitializationException invalid(DefinitionSource source, Place place, String problem) {
		return new Position("", source, place).invalid(problem, "Save the file as UTF-8.", null);
	}

	private static Place end(CharSequence text) {
		int line = 1;
		int start = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'))) {
				line++;
				start = i + 1;
			}
		}
		return new Place(line, text.length() - start + 1);
	}

}
