package io.dbinit.definition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.dbinit.InitializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DataFile}.
 */
class DataFileTests {

	@TempDir
	private Path folder;

	@Test
	void csvTellsNullFromAnEmptyText() throws IOException {
		List<DefinitionNode> rows = rows("a.csv", "\uFEFFname,\"a \"\"b\"\"\"\r\n,\"\"\r\n\r\n\"x\ny\",${no}\r\n");
		assertThat(rows).hasSize(2);
		assertThat(rows.get(0).require("name").isNull()).isTrue();
		assertThat(rows.get(0).require("a \"b\"").value()).isEqualTo("");
		assertThat(rows.get(1).require("name").text()).isEqualTo("x\ny");
		assertThat(rows.get(1).require("a \"b\"").text()).isEqualTo("${no}");
		assertThat(rows.get(1).line()).isEqualTo(4);
	}

	@Test
	void anEmptyLineOfOneColumnIsNull() throws IOException {
		assertThat(rows("a.csv", "name\n\na\n")).hasSize(2)
			.first()
			.satisfies((row) -> assertThat(row.require("name").isNull()).isTrue());
	}

	@Test
	void linesOfJsonKeepTheirPlaces() throws IOException {
		List<DefinitionNode> rows = rows("a.ndjson", "{\"a\": 1}\n\n  {\"a\": {\"b\": [null, \"2\"]}}\n");
		assertThat(rows.get(0).require("a").value()).isEqualTo(1);
		DefinitionNode list = rows.get(1).require("a").require("b");
		assertThat(list.elements().get(0).isNull()).isTrue();
		assertThat(list.elements().get(1).where()).contains("'a.b[1]'").contains(" - 3:");
	}

	@Test
	void aListOfJsonIsReadElementByElement() throws IOException {
		assertThat(rows("a.json", "[{\"a\": 1}, {\"a\": 2}]")).hasSize(2);
		assertThat(rows("a.json", "[]")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			a.csv    | ``                          | 1 | no first line with the names
			a.csv    | `a,a\\n1,2`                 | 1 | the column 'a' is there twice
			a.csv    | `a,\\n1,2`                  | 1 | a column has no name
			a.csv    | `a,b\\n1,2\\n3\\n`          | 3 | 1 values for 2 columns
			a.csv    | `a,b\\n1,2,3\\n`            | 2 | 3 values for 2 columns
			a.ndjson | `{"a": 1}\\n{"a": }`        | 2 | Unexpected character
			a.ndjson | `{"a": 1}\\n[1]`            | 2 | wanted a map
			a.ndjson | `{"a": 1, "a": 2}`          | 1 | already in line 1
			a.ndjson | `{"a": 1} {"a": 2}`         | 1 | text after the end
			a.json   | `{"a": 1}`                  | 1 | there is no list
			a.json   | `[{"a": 1}, 2]`             | 1 | wanted a map
			a.json   | `[{"a": 1}\\n`              | 2 | Unexpected end-of-input
			a.json   | `[{"a": 1}]\\n[]`           | 2 | text after the end
			""")
	void namesTheLineOfAMistake(String name, String content, int line, String problem) {
		assertThatExceptionOfType(InitializationException.class)
			.isThrownBy(() -> rows(name, content.replace("\\n", "\n")))
			.withMessageContaining(problem)
			.withMessageContaining(name + "] - " + line + ":");
	}

	@Test
	void namesTheEndOfACsvFileWhoseQuoteIsOpen() {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> rows("a.csv", "a\n\"b\nc\n"))
			.withMessageContaining("a.csv")
			.withMessageContaining("it is not CSV");
	}

	@Test
	void refusesOtherEncodings() throws IOException {
		Files.write(this.folder.resolve("a.csv"), "a\n\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("a.csv"))
			.withMessageContaining("a.csv] cannot be read: it is not in UTF-8");
	}

	@Test
	void refusesAFileThatIsNotThere() {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("a.csv"))
			.withMessageContaining("there is no file 'a.csv'");
	}

	@Test
	void refusesOtherFormats() {
		assertThatExceptionOfType(InitializationException.class).isThrownBy(() -> read("a.xlsx"))
			.withMessageContaining("'a.xlsx' has none of the endings");
	}

	@Test
	void theMarkTellsAnotherContent() throws IOException {
		Files.writeString(this.folder.resolve("a.csv"), "a\n1\n");
		String mark = file("a.csv").mark();
		assertThat(file("a.csv").mark()).isEqualTo(mark);
		Files.writeString(this.folder.resolve("a.csv"), "a\n2\n");
		assertThat(file("a.csv").mark()).isNotEqualTo(mark);
	}

	private List<DefinitionNode> rows(String name, String content) throws IOException {
		Files.writeString(this.folder.resolve(name), content);
		return read(name);
	}

	private List<DefinitionNode> read(String name) throws IOException {
		try (Stream<DefinitionNode> rows = file(name).rows()) {
			return rows.toList();
		}
	}

	private DataFile file(String name) throws IOException {
		Path seeds = Files.writeString(this.folder.resolve("seeds.yml"), name);
		DefinitionNode node = new DefinitionReader((value) -> value).read(new FileSystemResource(seeds)).get(0);
		return DataFile.of(node, new DefaultResourceLoader());
	}

}
