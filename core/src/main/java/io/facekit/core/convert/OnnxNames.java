package io.facekit.core.convert;

import io.facekit.core.onnx.OnnxModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Layer names for the nodes of a file: module paths where the exporter left them, in node names
 * ({@code /conv1/conv/Conv}) or in the names of weights ({@code conv1.conv.weight}).
 */
final class OnnxNames {
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_.$:-]");
  private static final Pattern NUMBERED = Pattern.compile("(?:node_)?([A-Za-z0-9]+?)_?\\d*");
  private static final int MOST_CHARACTERS = 120;

  private static final Set<String> PARAMETERS =
      Set.of("weight", "bias", "gamma", "beta", "running_mean", "running_var", "alpha");

  /** Operators whose results are numbers, not pixels. */
  private static final Set<String> SIZES = Set.of("Shape", "Size");

  /** Operators that most often do nothing to what a layer computes. */
  private static final Set<String> NOTHING = Set.of("Cast", "Dropout", "Expand", "Identity");

  /** The suffix of the node before a fused activation in files that facekit wrote. */
  private static final String LINEAR = ".linear";

  private final Map<Integer, String> names = new HashMap<>();

  OnnxNames(OnnxModel model, List<OnnxModel.Step> live) {
    Map<String, Integer> nodesOfLayer = new HashMap<>();
    Map<String, OnnxModel.Step> given = new HashMap<>();
    Set<String> computed = new HashSet<>();
    model.inputs().forEach(in -> computed.add(in.name()));
    for (OnnxModel.Step s : live) {
      boolean computes = s.inputs().stream().anyMatch(computed::contains);
      if (computes && !SIZES.contains(s.type())) {
        computed.addAll(s.outputs());
        if (!NOTHING.contains(s.type())) {
          layer(model, s).ifPresent(l -> nodesOfLayer.merge(l, 1, Integer::sum));
        }
      }
      given.putIfAbsent(s.name(), s);
    }
    for (OnnxModel.Step s : live) {
      names.put(s.position(), clean(name(model, s, nodesOfLayer, given)));
    }
  }

  String of(OnnxModel.Step step) {
    return Objects.requireNonNull(names.get(step.position()));
  }

  private static String name(
      OnnxModel model,
      OnnxModel.Step s,
      Map<String, Integer> nodesOfLayer,
      Map<String, OnnxModel.Step> given) {
    if (s.name().endsWith(LINEAR)) {
      String stem = s.name().substring(0, s.name().length() - LINEAR.length());
      if (isReadBy(s, given.get(stem))) {
        return stem;
      }
    }
    if (isReadBy(given.get(s.name() + LINEAR), s)) {
      return s.name() + ".activation";
    }
    Optional<String> layer = layer(model, s);
    if (layer.isPresent()) {
      int counted = NOTHING.contains(s.type()) ? 0 : 1;
      boolean alone = nodesOfLayer.getOrDefault(layer.get(), 0) <= counted;
      String operator = s.type().toLowerCase(Locale.ROOT);
      return layer.get().isEmpty() ? operator : alone ? layer.get() : layer.get() + "." + operator;
    }
    if (!s.name().isEmpty()) {
      return s.name();
    }
    String output = s.outputs().stream().filter(o -> !o.isEmpty()).findFirst().orElse("");
    boolean telling = !output.isEmpty() && !Character.isDigit(output.charAt(0));
    return telling ? output : s.type().toLowerCase(Locale.ROOT) + "_" + s.position();
  }

  private static boolean isReadBy(OnnxModel.@Nullable Step first, OnnxModel.@Nullable Step second) {
    return first != null
        && second != null
        && !second.inputs().isEmpty()
        && first.outputs().contains(second.inputs().get(0));
  }

  /** The module path that a node's name or its weights tell; empty if they tell none. */
  private static Optional<String> layer(OnnxModel model, OnnxModel.Step s) {
    String name = s.name();
    if (name.indexOf('/') >= 0) {
      String path = name.startsWith("/") ? name.substring(1) : name;
      int slash = path.lastIndexOf('/');
      String last = path.substring(slash + 1);
      boolean operator = last.equals(s.type()) || last.matches(Pattern.quote(s.type()) + "_\\d+");
      return Optional.of(
          (operator ? path.substring(0, Math.max(slash, 0)) : path).replace('/', '.'));
    }
    if (!name.isEmpty() && !isNumbered(name, s.type())) {
      return Optional.of(name);
    }
    return s.inputs().stream()
        .filter(model.constants()::containsKey)
        .filter(n -> n.indexOf('.') > 0 && !n.contains("::") && !n.contains("/"))
        .filter(n -> PARAMETERS.contains(n.substring(n.lastIndexOf('.') + 1)))
        .map(n -> n.substring(0, n.lastIndexOf('.')))
        .findFirst();
  }

  /** Whether a name is only the operator's, as in {@code Conv_12} or {@code node_conv2d_3}. */
  private static boolean isNumbered(String name, String type) {
    var m = NUMBERED.matcher(name);
    return name.startsWith("node_") || (m.matches() && m.group(1).equals(type));
  }

  /** A name of the file that is safe in selectors and on terminals. */
  static String clean(String name) {
    String clean = FOREIGN.matcher(name).replaceAll("_");
    return clean.length() <= MOST_CHARACTERS ? clean : clean.substring(0, MOST_CHARACTERS);
  }
}
