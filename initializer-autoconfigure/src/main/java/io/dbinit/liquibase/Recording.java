package io.dbinit.liquibase;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

import org.jspecify.annotations.Nullable;

/**
 * A recording of look-ups. Its text is compressed, as it is read at every start and the
 * paths of some thousand files differ little.
 *
 * @param places the places of the look-ups
 * @param variables the variables that the content references
 * @param digest the digest of all content
 * @param reasonAgainst the reason why changes cannot be detected from the recording,
 * {@code null} if they can
 */
record Recording(Set<String> places, Set<String> variables, String digest, @Nullable String reasonAgainst) {

	private static final String FORMAT = "1";

	private static final String NEVER = "never";

	/**
	 * Return this recording, marked as unusable if there is a reason.
	 * @param reason the reason, or {@code null}
	 * @return the recording
	 */
	Recording unless(@Nullable String reason) {
		return (reason != null) ? new Recording(this.places, this.variables, this.digest, reason) : this;
	}

	/**
	 * Return the recording as text.
	 * @return the text
	 */
	String write() {
		if (this.reasonAgainst != null) {
			return NEVER + " " + this.reasonAgainst;
		}
		return String.join(" ", FORMAT, this.digest, compress(this.places), compress(this.variables));
	}

	/**
	 * Read a recording.
	 * @param text the recording as text
	 * @return the recording, or {@code null} if it is of a format that is not known
	 */
	static @Nullable Recording read(String text) {
		String[] parts = text.split(" ", -1);
		if (parts.length != 4 || !parts[0].equals(FORMAT)) {
			return null;
		}
		return new Recording(expand(parts[2]), expand(parts[3]), parts[1], null);
	}

	private static String compress(Set<String> lines) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (OutputStream out = new DeflaterOutputStream(bytes)) {
			out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return Base64.getEncoder().encodeToString(bytes.toByteArray());
	}

	private static Set<String> expand(String text) {
		try (InflaterInputStream in = new InflaterInputStream(
				new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
			String lines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			return lines.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(lines.split("\n")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
