package io.dbinit;

/**
 * A difference between a declaration and the database.
 *
 * @param subject the thing that differs, like {@code index 'email_1' on 'users'}
 * @param wanted the declared state
 * @param found the actual state
 */
public record Mismatch(String subject, String wanted, String found) {

	@Override
	public String toString() {
		return this.subject + ": wanted " + this.wanted + ", found " + this.found;
	}

}
