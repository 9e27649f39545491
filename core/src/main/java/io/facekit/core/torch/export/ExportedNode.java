package io.facekit.core.torch.export;

import io.facekit.core.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One node of a program's graph.
 *
 * @param target {@code torch.ops.aten.conv2d.default}
 * @param outputs as the file has them
 * @param scope module path; empty at the root
 * @param label names it in messages
 */
record ExportedNode(
    String target, List<Input> inputs, List<Json> outputs, String scope, String label) {
  private static final Pattern OPERATOR =
      Pattern.compile("torch\\.ops\\.([A-Za-z_]\\w*)\\.([A-Za-z_]\\w*)\\.\\w+");

  /** Python's operators on sizes. */
  private static final Pattern PYTHON = Pattern.compile("_operator\\.(add|sub|mul|floordiv|neg)");

  /** What only stops a program that got other sizes than it was exported for. */
  private static final Set<String> CHECKS =
      Set.of(
          "aten::_assert_async",
          "aten::_assert_scalar",
          "aten::_assert_tensor_metadata",
          "aten::sym_constrain_range",
          "aten::sym_constrain_range_for_size");

  /** Operators whose arguments have no defaults, read where files do not say how they are given. */
  private static final Set<String> POSITIONAL =
      Set.of(
          "aten::alpha_dropout",
          "aten::dropout",
          "aten::feature_dropout",
          "aten::floordiv",
          "aten::mul",
          "aten::size");

  private static final Pattern PATH = Pattern.compile("[A-Za-z_0-9]+(\\.[A-Za-z_0-9]+)*");
  private static final int POSITIONAL_KIND = 1;

  ExportedNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * @param keyword whether it is given by name; unknown in files before schema 8.3
   */
  record Input(String name, Json arg, Optional<Boolean> keyword) {}

  static ExportedNode read(Json node, int index) {
    List<Input> inputs = new ArrayList<>();
    for (Json input : node.get("inputs").items()) {
      @Nullable Json kind = input.members().get("kind");
      inputs.add(
          new Input(
              input.get("name").text(),
              input.get("arg"),
              kind instanceof Json.Whole k
                  ? Optional.of(k.value() != POSITIONAL_KIND)
                  : Optional.empty()));
    }
    @Nullable Json name = node.members().get("name");
    List<Json> outputs = node.get("outputs").items();
    String label =
        name instanceof Json.Text t && !t.value().isEmpty() ? t.value() : "node " + index;
    return new ExportedNode(
        node.get("target").text(), inputs, outputs, scope(node.get("metadata")), label);
  }

  /**
   * The path of the innermost module: {@code nn_module_stack} holds {@code key,path,class} of each
   * module, with semicolons between them.
   */
  private static String scope(Json metadata) {
    @Nullable Json stack = metadata.members().get("nn_module_stack");
    if (!(stack instanceof Json.Text text)) {
      return "";
    }
    String last = text.value().substring(text.value().lastIndexOf(';') + 1);
    String[] parts = last.split(",", 3);
    if (parts.length < 3) {
      return "";
    }
    // Before 2.3 paths were Python expressions; a module that is called again has a number.
    String path = parts[1].replaceFirst("^L\\['self'\\]\\.?", "").replaceAll("@\\d+", "");
    return PATH.matcher(path).matches() && !parts[0].equals(parts[1]) ? path : "";
  }

  /** {@code aten::conv2d}; empty if the node calls something else than an operator. */
  Optional<String> operator() {
    Matcher python = PYTHON.matcher(target);
    if (python.matches()) {
      return Optional.of("aten::" + python.group(1));
    }
    Matcher operator = OPERATOR.matcher(target);
    if (!operator.matches()) {
      return Optional.empty();
    }
    String name = operator.group(2);
    return Optional.of(
        switch (name) {
          case "sym_size" -> "aten::size";
          case "sym_numel" -> "aten::numel";
          case "sym_stride" -> "aten::stride";
          default -> operator.group(1) + "::" + name;
        });
  }

  boolean isCheck() {
    return operator().map(CHECKS::contains).orElse(false);
  }

  /** Whether it counts even if nobody reads what it makes. */
  boolean writes() {
    return outputs.isEmpty() || operator().map(op -> op.endsWith("_")).orElse(false);
  }

  /** Whether the argument at an index is given by name. */
  boolean isKeyword(int index) {
    return inputs
        .get(index)
        .keyword()
        .orElseGet(() -> index > 0 && !operator().map(POSITIONAL::contains).orElse(false));
  }

  /** The names of the values that it reads. */
  List<String> reads() {
    List<String> names = new ArrayList<>();
    inputs.forEach(i -> names(i.arg(), names));
    return names;
  }

  /** The names of the values that it makes. */
  List<String> makes() {
    List<String> names = new ArrayList<>();
    outputs.forEach(o -> names(o, names));
    return names;
  }

  /** Collects the names of values in an argument. */
  static void names(Json value, Collection<String> into) {
    if (value instanceof Json.Members m) {
      for (Map.Entry<String, Json> e : m.members().entrySet()) {
        boolean isName = e.getKey().equals("name") || e.getKey().equals("as_name");
        if (isName && e.getValue() instanceof Json.Text name) {
          into.add(name.value());
        } else {
          names(e.getValue(), into);
        }
      }
    } else if (value instanceof Json.Items list) {
      list.items().forEach(i -> names(i, into));
    }
  }
}
