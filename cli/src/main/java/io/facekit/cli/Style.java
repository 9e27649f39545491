package io.facekit.cli;

/** Colours, or none. */
enum Style {
  PLAIN,
  COLOUR;

  static Style of(boolean colour) {
    return colour ? COLOUR : PLAIN;
  }

  String error(String text) {
    return paint("1;31", text);
  }

  String warning(String text) {
    return paint("33", text);
  }

  String good(String text) {
    return paint("32", text);
  }

  String bold(String text) {
    return paint("1", text);
  }

  String dim(String text) {
    return paint("2", text);
  }

  private String paint(String sgr, String text) {
    return this == PLAIN ? text : "\u001b[" + sgr + "m" + text + "\u001b[0m";
  }
}
