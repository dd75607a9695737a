package io.dbinit.definition;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin.Location;
import org.springframework.core.io.Resource;

/**
 * Source of a node: tells its origin, and resolves its placeholders.
 */
interface DefinitionSource {

	/**
	 * Return the origin of a position.
	 * @param place the position
	 * @return the origin, or {@code null} if it is not known
	 */
	@Nullable Origin origin(Place place);

	/**
	 * Replace the placeholders of a text.
	 * @param text the text as it was written
	 * @return the text with the values of its placeholders
	 * @throws IllegalArgumentException if a placeholder has no value
	 */
	String resolve(String text);

	/**
	 * Return whether nodes are as they were written.
	 * @return {@code false} for properties, which lose empty values
	 */
	default boolean isVerbatim() {
		return true;
	}

	/**
	 * Return this source for texts whose placeholders are replaced already.
	 * @return a source that leaves texts as they are
	 */
	default DefinitionSource resolved() {
		DefinitionSource source = this;
		return new DefinitionSource() {

			@Override
			public @Nullable Origin origin(Place place) {
				return source.origin(place);
			}

			@Override
			public String resolve(String text) {
				return text;
			}

		};
	}

	/**
	 * Position in a file.
	 *
	 * @param line the line, from 1
	 * @param column the column, from 1
	 */
	record Place(int line, int column) {

		static final Place START = new Place(1, 1);

	}

	/**
	 * A property of a source that keeps names and values only.
	 *
	 * @param origin the origin, or {@code null}
	 * @param placeholders resolves placeholders
	 */
	record Property(@Nullable Origin origin, UnaryOperator<String> placeholders) implements DefinitionSource {

		@Override
		public @Nullable Origin origin(Place place) {
			return this.origin;
		}

		@Override
		public String resolve(String text) {
			return this.placeholders.apply(text);
		}

		@Override
		public boolean isVerbatim() {
			return false;
		}

	}

	/**
	 * A file.
	 *
	 * @param resource the file
	 * @param placeholders resolves placeholders
	 */
	record File(Resource resource, UnaryOperator<String> placeholders) implements DefinitionSource {

		@Override
		public Origin origin(Place place) {
			return new TextResourceOrigin(this.resource, new Location(place.line() - 1, place.column() - 1));
		}

		@Override
		public String resolve(String text) {
			return this.placeholders.apply(text);
		}

	}

}
