package io.dbinit;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A change that a run would make now.
 *
 * @param change the change
 * @param reason why it is to be made, like {@code found nothing}; {@code null} if its
 * text says it all
 * @param statements the statements or commands, in their order; empty if they are known
 * only when the change is made
 * @param warnings what the change may do to the data or to the service
 */
public record PlannedChange(Change change, @Nullable String reason, List<String> statements, List<Warning> warnings) {

	public PlannedChange {
		statements = List.copyOf(statements);
		warnings = List.copyOf(warnings);
	}

	/**
	 * Create a planned change of which no more than its text is known.
	 * @param change the change
	 */
	public PlannedChange(Change change) {
		this(change, null, List.of(), List.of());
	}

	/**
	 * A danger of a change.
	 *
	 * @param risk the kind of the danger
	 * @param text what may happen, and how it can be avoided
	 */
	public record Warning(Risk risk, String text) {
	}

	/**
	 * Kind of a danger.
	 */
	public enum Risk {

		/** Data is deleted, or cut off. */
		DATA_LOSS,

		/** Other sessions have to wait while the change is made. */
		BLOCKING,

		/** Releases of the application that are still running may fail. */
		INCOMPATIBLE,

		/** The change fails where the data does not fit. */
		MAY_FAIL

	}

}
