package io.dbinit.autoconfigure;

import java.util.Objects;

import io.dbinit.InitializationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * An {@link AbstractFailureAnalyzer} for an {@link InitializationException}, which
 * carries its own action.
 */
class InitializationFailureAnalyzer extends AbstractFailureAnalyzer<InitializationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InitializationException cause) {
		return new FailureAnalysis(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause.getAction(),
				cause);
	}

}
