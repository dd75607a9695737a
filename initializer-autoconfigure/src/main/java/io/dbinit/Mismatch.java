package io.dbinit;

/**
 * A difference between what was declared and what a database holds.
 *
 * @param subject the thing that differs, like {@code index 'email_1' on 'users'}
 * @param wanted what was declared
 * @param found what there is
 */
public record Mismatch(String subject, String wanted, String found) {

	@Override
	public String toString() {
		return this.subject + ": wanted " + this.wanted + ", found " + this.found;
	}

}
