package io.dbinit.command;

import java.util.function.BiFunction;

import io.dbinit.Step;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a command: returns the step to run in place of a step of a database.
 */
@FunctionalInterface
interface Selection extends BiFunction<String, Step, @Nullable Step> {

}
