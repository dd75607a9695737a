/**
 * The operator's tool: {@code java -jar app.jar db-init <command>}.
 */
@NullMarked
package io.dbinit.command;

import org.jspecify.annotations.NullMarked;
