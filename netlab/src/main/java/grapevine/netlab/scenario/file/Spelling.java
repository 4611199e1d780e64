package grapevine.netlab.scenario.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which word was meant. */
final class Spelling {
  private Spelling() {}

  /**
   * The known word that the fewest changes of one letter lead to, if those are at most a third of
   * the written word, or one; of equally near ones the first.
   */
  static Optional<String> nearest(String written, Collection<String> known) {
    int changesMax = Math.max(1, written.length() / 3);
    return known.stream()
        .filter(word -> changes(written, word) <= changesMax)
        .min(Comparator.comparingInt(word -> changes(written, word)));
  }

  /** Levenshtein's distance. */
  private static int changes(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          table[i][j] = i + j;
        } else {
          int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
          table[i][j] = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        }
      }
    }
    return table[a.length()][b.length()];
  }
}
