package io.facekit.quantize.select;

/**
 * Name patterns: {@code ?} is one character and {@code *} any number of them, both without dots;
 * {@code **} also crosses dots; {@code module.**} matches the module itself as well. Time is
 * bounded by the product of the two lengths.
 */
final class Glob {
  private Glob() {}

  static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  static boolean matches(String pattern, String name) {
    if (pattern.endsWith(".**") && match(pattern.substring(0, pattern.length() - 3), name)) {
      return true;
    }
    return match(pattern, name);
  }

  private static boolean match(String pattern, String name) {
    int n = name.length();
    // reached[i]: the pattern so far can match the first i characters.
    boolean[] reached = new boolean[n + 1];
    reached[0] = true;
    for (int p = 0; p < pattern.length(); p++) {
      char c = pattern.charAt(p);
      if (c == '*') {
        boolean crossesDots = p + 1 < pattern.length() && pattern.charAt(p + 1) == '*';
        p += crossesDots ? 1 : 0;
        for (int i = 1; i <= n; i++) {
          reached[i] |= reached[i - 1] && (crossesDots || name.charAt(i - 1) != '.');
        }
      } else {
        for (int i = n; i >= 1; i--) {
          char at = name.charAt(i - 1);
          reached[i] = reached[i - 1] && (c == '?' ? at != '.' : c == at);
        }
        reached[0] = false;
      }
    }
    return reached[n];
  }
}
