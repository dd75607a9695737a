package io.dbinit.mongock.units.greeting;

/**
 * A bean that a change unit asks for.
 */
public class Greeter {

	private final String greeting;

	public Greeter(String greeting) {
		this.greeting = greeting;
	}

	public String greeting() {
		return this.greeting;
	}

	/**
	 * Called when what was done with it is rolled back.
	 */
	public void leave() {
	}

}
