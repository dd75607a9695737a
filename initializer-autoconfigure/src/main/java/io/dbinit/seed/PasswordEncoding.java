package io.dbinit.seed;

/**
 * The application's way to encode passwords.
 */
interface PasswordEncoding {

	/**
	 * Encode a password.
	 * @param password the password
	 * @return the text to store
	 */
	String encode(String password);

	/**
	 * Return whether an encoded password is that of a text.
	 * @param password the text
	 * @param encoded the encoded password
	 * @return whether they match
	 */
	boolean matches(String password, String encoded);

}
