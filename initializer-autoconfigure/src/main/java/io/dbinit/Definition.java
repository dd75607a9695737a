package io.dbinit;

/**
 * A thing that an application declares in a database which others may share.
 *
 * @param name its name, unique in the database, like {@code index of 'users' on email}
 * @param fingerprint a text that is equal for declarations that mean the same
 * @param where the place of the declaration, for messages
 */
public record Definition(String name, String fingerprint, String where) {
}
