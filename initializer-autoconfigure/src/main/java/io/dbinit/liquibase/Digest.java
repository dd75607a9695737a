package io.dbinit.liquibase;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 of several texts.
 */
final class Digest {

	private final MessageDigest digest = sha256();

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Add a text, with its length, so that two texts differ from one.
	 * @param text the text
	 * @return this digest
	 */
	Digest add(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
		this.digest.update((byte) ':');
		this.digest.update(bytes);
		return this;
	}

	String end() {
		return HexFormat.of().formatHex(this.digest.digest());
	}

}
