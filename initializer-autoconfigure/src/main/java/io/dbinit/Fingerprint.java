package io.dbinit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Computes the fingerprints of steps.
 */
public final class Fingerprint {

	private Fingerprint() {
	}

	/**
	 * Return the fingerprint of a text.
	 * @param text the text
	 * @return the SHA-256 of its UTF-8 form, in 64 hexadecimal digits
	 */
	public static String of(String text) {
		return of(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Return a value as text that is equal for equal values, on every host and with every
	 * version of every library.
	 * @param value a text, number, boolean, date or {@code null}, or lists and maps of
	 * these
	 * @return the text
	 */
	public static String canonical(@Nullable Object value) {
		if (value instanceof Date date) {
			return date.toInstant().toString();
		}
		if (value instanceof Collection<?> list) {
			return list.stream().map(Fingerprint::canonical).collect(Collectors.joining(", ", "[", "]"));
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.map((entry) -> canonical(entry.getKey()) + ": " + canonical(entry.getValue()))
				.collect(Collectors.joining(", ", "{", "}"));
		}
		return (value instanceof CharSequence text) ? "'" + text.toString().replace("'", "''") + "'"
				: String.valueOf(value);
	}

	/**
	 * Return the fingerprint of some bytes.
	 * @param bytes the bytes
	 * @return their SHA-256, in 64 hexadecimal digits
	 */
	public static String of(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
