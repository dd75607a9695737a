package io.dbinit.autoconfigure;

import java.util.Objects;

import io.dbinit.InitializationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Prints what went wrong when a database could not be made complete, and what to do.
 */
class InitializationFailureAnalyzer extends AbstractFailureAnalyzer<InitializationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InitializationException cause) {
		return new FailureAnalysis(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause.getAction(),
				cause);
	}

}
