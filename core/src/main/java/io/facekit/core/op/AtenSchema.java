package io.facekit.core.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of an ATen function schema that a reader of saved code needs: names and defaults of the
 * arguments, in order.
 *
 * @param name for example {@code aten::prelu}
 */
public record AtenSchema(String name, List<Argument> arguments) {

  /**
   * @param defaultText the default as the schema spells it
   */
  public record Argument(String name, Optional<String> defaultText) {}

  /** Parses {@code aten::name(Type arg, Type arg=default, *, ...)}. */
  public static AtenSchema parse(String text) {
    int open = text.indexOf('(');
    String name = text.substring(0, open);
    List<Argument> arguments = new ArrayList<>();
    for (String part : splitTopLevel(text.substring(open + 1, text.lastIndexOf(')')))) {
      if (part.equals("*") || part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String declaration = equals < 0 ? part : part.substring(0, equals);
      arguments.add(
          new Argument(
              declaration.substring(declaration.lastIndexOf(' ') + 1),
              equals < 0 ? Optional.empty() : Optional.of(part.substring(equals + 1))));
    }
    return new AtenSchema(name, arguments);
  }

  private static List<String> splitTopLevel(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      if (c == '[') {
        depth++;
      } else if (c == ']') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    return parts;
  }
}
