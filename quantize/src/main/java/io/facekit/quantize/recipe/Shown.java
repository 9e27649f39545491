package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What of a recipe's content may be repeated in a message: short, in one line, and without
 * characters that change what a terminal shows.
 */
final class Shown {
  private static final int LONGEST = 60;
  private static final int LONGEST_MESSAGE = 200;

  private Shown() {}

  /** A user's word in quotes. */
  static String text(String text) {
    return "'" + cut(text, LONGEST) + "'";
  }

  static String plain(String text) {
    return cut(text, LONGEST_MESSAGE);
  }

  /** A value with its type. */
  static String value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "text " + text(node.textValue());
      case NUMBER -> "number " + cut(node.asText(), LONGEST);
      case BOOLEAN -> node.asText();
      case NULL -> "nothing";
      case ARRAY -> "a list of " + node.size();
      default -> "a mapping of " + node.size() + " keys";
    };
  }

  private static String cut(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(longest).forEach(c -> shown.appendCodePoint(isVisible(c) ? c : ' '));
    return text.codePointCount(0, text.length()) > longest ? shown + "…" : shown.toString();
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
