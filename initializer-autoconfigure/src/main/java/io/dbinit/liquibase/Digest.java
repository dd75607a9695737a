package io.dbinit.liquibase;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import io.dbinit.Fingerprint;

/**
 * The fingerprint of several texts.
 */
final class Digest {

	private final ByteArrayOutputStream texts = new ByteArrayOutputStream();

	/**
	 * Add a text, with its length, so that two texts differ from one.
	 * @param text the text
	 * @return this digest
	 */
	Digest add(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.texts.writeBytes(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
		this.texts.write(':');
		this.texts.writeBytes(bytes);
		return this;
	}

	String end() {
		return Fingerprint.of(this.texts.toByteArray());
	}

}
