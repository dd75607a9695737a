package io.dbinit.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the known word that an unknown word was probably meant to be.
 */
public final class NearestWord {

	private NearestWord() {
	}

	/**
	 * Return a question that names the nearest known word.
	 * @param word the word that was written
	 * @param known the words that are known
	 * @return {@code , did you mean '…'?}, or the list of known words if none is near
	 */
	public static String suggest(String word, Collection<String> known) {
		return find(word, known).map((nearest) -> ", did you mean '" + nearest + "'?")
			.orElseGet(() -> ", known are " + known.stream().sorted().map((name) -> "'" + name + "'").toList());
	}

	/**
	 * Return the known word that takes the fewest edits, if it takes few.
	 * @param word the word that was written
	 * @param known the words that are known
	 * @return the nearest word, or empty if none is near
	 */
	public static Optional<String> find(String word, Collection<String> known) {
		int near = Math.max(2, word.length() / 3);
		return known.stream()
			.filter((candidate) -> distance(word, candidate) <= near)
			.min(Comparator.<String>comparingInt((candidate) -> distance(word, candidate)).thenComparing((a) -> a));
	}

	/**
	 * The <a href="https://en.wikipedia.org/wiki/Levenshtein_distance">Levenshtein
	 * distance</a>, without regard to case.
	 */
	private static int distance(String left, String right) {
		String a = left.toLowerCase(Locale.ROOT);
		String b = right.toLowerCase(Locale.ROOT);
		int[] costs = new int[b.length() + 1];
		for (int j = 0; j < costs.length; j++) {
			costs[j] = j;
		}
		for (int i = 1; i <= a.length(); i++) {
			int diagonal = costs[0];
			costs[0] = i;
			for (int j = 1; j <= b.length(); j++) {
				int replaced = diagonal + ((a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1);
				diagonal = costs[j];
				costs[j] = Math.min(replaced, 1 + Math.min(costs[j], costs[j - 1]));
			}
		}
		return costs[b.length()];
	}

}
