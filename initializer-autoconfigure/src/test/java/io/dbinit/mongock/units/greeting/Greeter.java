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
	 * Called when its changes are rolled back.
	 */
	public void leave() {
	}

}
