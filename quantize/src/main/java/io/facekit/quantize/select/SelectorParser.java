package io.facekit.quantize.select;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text forms of {@link Selector}. */
final class SelectorParser {
  private static final int MAX_LENGTH = 256;
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z]+):(.*)");
  private static final Pattern TYPE = Pattern.compile("([A-Za-z][A-Za-z0-9]*)( +group=C)?");
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,3}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.*?/$-]+");

  private SelectorParser() {}

  static Selector parse(String text) {
    checked(text);
    Matcher prefix = PREFIX.matcher(text);
    if (!prefix.matches()) {
      return name(text);
    }
    String kind = prefix.group(1);
    String rest = prefix.group(2);
    return switch (kind) {
      case "re" -> regex(text, rest);
      case "type" -> type(text, rest);
      case "first", "last" -> ends(text, kind.equals("first"), rest);
      default ->
          throw wrong(
              text,
              "unknown selector prefix '" + kind + ":'",
              NearMiss.of(kind, List.of("re", "type", "first", "last"))
                  .map(near -> "did you mean '" + near + ":'?")
                  .orElse("prefixes are re:, type:, first: and last:"));
    };
  }

  static String checked(String text) {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw Problem.of(
              ErrorId.RECIPE_VALUE, "a selector has between 1 and " + MAX_LENGTH + " characters")
          .found(text.isBlank() ? "nothing" : text.length() + " characters")
          .asException();
    }
    return text;
  }

  private static Selector name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw wrong(
          text,
          "a layer name has letters, digits and . _ - / $, with * and ? as wildcards",
          "write 're:' in front of a regular expression");
    }
    return Glob.isPattern(text) ? new Selector.Pattern(text) : new Selector.Exact(text);
  }

  private static Selector regex(String text, String expression) {
    try {
      new BoundedRegex(expression);
    } catch (IllegalArgumentException e) {
      throw wrong(text, "bad regular expression: " + e.getMessage(), "name patterns: conv_3.**");
    }
    return new Selector.Regex(text, expression);
  }

  private static Selector type(String text, String rest) {
    Matcher type = TYPE.matcher(rest);
    if (!type.matches()) {
      throw wrong(text, "expected type:OP or 'type:OP group=C'", "for example type:Conv");
    }
    return new Selector.Type(text, type.group(1), type.group(2) != null);
  }

  private static Selector ends(String text, boolean fromStart, String rest) {
    if (!COUNT.matcher(rest).matches()) {
      String kind = fromStart ? "first" : "last";
      throw wrong(
          text,
          String.format(Locale.ROOT, "%s: needs a number from 1 to 9999", kind),
          "for example " + kind + ":2");
    }
    return new Selector.Ends(text, fromStart, Integer.parseInt(rest));
  }

  private static FacekitException wrong(String text, String what, String hint) {
    return Problem.of(ErrorId.RECIPE_VALUE, what).found("'" + text + "'").hint(hint).asException();
  }
}
