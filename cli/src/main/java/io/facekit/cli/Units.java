package io.facekit.cli;

import java.util.Locale;

/** Large numbers as people say them: three digits and a decimal prefix. */
final class Units {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Units() {}

  /** For example {@code 1.19 M}. */
  static String count(long value) {
    return scaled(value, "");
  }

  /** For example {@code 4.88 MB}. */
  static String bytes(long value) {
    return scaled(value, "B");
  }

  private static String scaled(long value, String unit) {
    double scaled = value;
    int prefix = 0;
    while (Math.abs(scaled) >= 999.5 && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    int decimals = prefix == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
    String number = String.format(Locale.ROOT, "%." + decimals + "f", scaled);
    return (number + " " + PREFIXES[prefix] + unit).strip();
  }
}
