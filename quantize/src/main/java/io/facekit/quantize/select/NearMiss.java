package io.facekit.quantize.select;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what the user may have meant by a word that is not known. */
public final class NearMiss {
  private static final int LONGEST = 200;

  private NearMiss() {}

  /** The closest known word, if one is close enough to be meant. */
  public static Optional<String> of(String word, Collection<String> known) {
    return of(word, known, 1).stream().findFirst();
  }

  /** The closest known words, best first; words that are equally close in alphabetical order. */
  public static List<String> of(String word, Collection<String> known, int limit) {
    if (word.length() > LONGEST) {
      return List.of();
    }
    String folded = fold(word);
    int allowed = Math.max(1, folded.length() / 3);
    return known.stream()
        .filter(k -> k.length() <= LONGEST)
        .map(k -> new Candidate(k, distance(folded, fold(k))))
        .filter(c -> c.distance <= allowed)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
        .limit(limit)
        .map(Candidate::word)
        .toList();
  }

  private record Candidate(String word, int distance) {}

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
