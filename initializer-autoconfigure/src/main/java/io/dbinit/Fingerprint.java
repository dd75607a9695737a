package io.dbinit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Makes the fingerprints of what steps would do.
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
