package io.facekit.cli;

import java.util.Locale;

/** Text that comes from files, made safe for a terminal. */
final class Printable {
  private Printable() {}

  /** Control characters, which could move the cursor or hide text, become visible escapes. */
  static String of(String text) {
    if (text.chars().noneMatch(Printable::unsafe)) {
      return text;
    }
    StringBuilder safe = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (unsafe(c)) {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                safe.append((char) c);
              }
            });
    return safe.toString();
  }

  private static boolean unsafe(int c) {
    boolean bidirectional = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return Character.isISOControl(c) || bidirectional;
  }
}
