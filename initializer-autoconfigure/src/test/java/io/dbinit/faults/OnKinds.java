package io.dbinit.faults;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A scenario on several kinds of databases, of which an ordinary build takes some.
 */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(allowZeroInvocations = true)
@ArgumentsSource(OnKinds.Provider.class)
@interface OnKinds {

	/** All of them. */
	Kind[] value();

	/** Those of an ordinary build. */
	Kind[] ordinary();

	/**
	 * Provides the kinds that are wanted.
	 */
	final class Provider implements ArgumentsProvider, AnnotationConsumer<OnKinds> {

		private Kind[] kinds = {};

		@Override
		public void accept(OnKinds annotation) {
			this.kinds = Faults.isFull() ? annotation.value() : annotation.ordinary();
		}

		@Override
		public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
				ExtensionContext context) {
			return Stream.of(this.kinds).filter(Faults::isWanted).map(Arguments::of);
		}

	}

}
