package io.dbinit.command;

import io.dbinit.Causes;
import io.dbinit.InitializationException;
import io.dbinit.NotAllowedException;
import io.dbinit.lock.LockTimeoutException;

/**
 * Exit codes of the commands. Their meanings stay.
 */
final class ExitCode {

	static final int DONE = 0;

	static final int FAILED = 1;

	static final int PENDING = 2;

	static final int LOCKED = 3;

	static final int REFUSED = 4;

	static final int USAGE = 64;

	private ExitCode() {
	}

	/**
	 * Return the code of a command that failed.
	 */
	static int of(Throwable failure) {
		if (Causes.find(failure, NotAllowedException.class).isPresent()) {
			return REFUSED;
		}
		return Causes.find(failure, LockTimeoutException.class).isPresent() ? LOCKED : FAILED;
	}

	/**
	 * Return the code of an application that could not be prepared: a definition or a
	 * property is not valid.
	 */
	static int ofPreparation(Throwable failure) {
		return Causes.find(failure, InitializationException.class).isPresent() || Causes.anyMatch(failure,
				(cause) -> cause.getClass().getName().startsWith("org.springframework.boot.context.properties."))
						? REFUSED : FAILED;
	}

}
