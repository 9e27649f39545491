package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers as both formats write them, kept in 64 bits so that no exponent can grow. */
final class Numbers {
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");

  /** The floats of YAML 1.2's core schema, without those that have a superfluous leading 0. */
  private static final Pattern REAL =
      Pattern.compile(
          "[-+]?(\\.[0-9]{1,40}|(0|[1-9][0-9]{0,40})(\\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?");

  private Numbers() {}

  /** Empty when the text is no number, or one beyond a double. */
  static Optional<JsonNode> parse(String text) {
    if (INTEGER.matcher(text).matches()) {
      return Optional.of(LongNode.valueOf(Long.parseLong(text)));
    }
    if (REAL.matcher(text).matches()) {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? Optional.of(DoubleNode.valueOf(value)) : Optional.empty();
    }
    return Optional.empty();
  }
}
