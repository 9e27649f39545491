package io.facekit.quantize.select;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Says what a selector that matches nothing may have been meant to be. */
final class NoMatch {
  private static final int SUGGESTIONS = 3;

  private NoMatch() {}

  static String hint(Selector selector, List<Layer> layers) {
    if (layers.isEmpty()) {
      return "the model has no layers";
    }
    if (selector instanceof Selector.Type type) {
      return types(type, layers);
    }
    if (selector instanceof Selector.Exact || selector instanceof Selector.Pattern) {
      return names(selector.text(), layers);
    }
    if (selector instanceof Selector.Loose) {
      Collection<String> known = new TreeSet<>(modules(layers));
      known.addAll(CommonName.allWords());
      return didYouMean(NearMiss.of(selector.text(), known, SUGGESTIONS), layers);
    }
    return someNames(layers);
  }

  private static String types(Selector.Type type, List<Layer> layers) {
    Collection<String> known = new TreeSet<>();
    layers.forEach(layer -> known.add(layer.opType()));
    if (known.contains(type.opType())) {
      return "the model has " + type.opType() + " layers, but none of them is depthwise";
    }
    return NearMiss.of(type.opType(), known)
        .map(near -> "did you mean 'type:" + near + "'?")
        .orElse("the model has " + String.join(", ", known));
  }

  private static String names(String text, List<Layer> layers) {
    String bare = text;
    while (bare.endsWith("*") || bare.endsWith(".") || bare.endsWith("?")) {
      bare = bare.substring(0, bare.length() - 1);
    }
    Collection<String> modules = modules(layers);
    if (modules.contains(bare)) {
      return "did you mean '" + bare + ".**'?";
    }
    boolean pattern = !bare.equals(text);
    Collection<String> known = new TreeSet<>(pattern ? modules : List.of());
    layers.forEach(layer -> known.add(layer.name()));
    List<String> near = new ArrayList<>();
    for (String name : NearMiss.of(bare, known, SUGGESTIONS)) {
      near.add(pattern && modules.contains(name) ? name + ".**" : name);
    }
    return didYouMean(near, layers);
  }

  /** All proper prefixes of layer names that end before a dot. */
  private static Collection<String> modules(List<Layer> layers) {
    Collection<String> modules = new TreeSet<>();
    for (Layer layer : layers) {
      String name = layer.name();
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        modules.add(name.substring(0, dot));
      }
    }
    return modules;
  }

  private static String didYouMean(List<String> near, List<Layer> layers) {
    return near.isEmpty()
        ? someNames(layers)
        : "did you mean '" + String.join("' or '", near) + "'?";
  }

  private static String someNames(List<Layer> layers) {
    String first = layers.get(0).name();
    String last = layers.get(layers.size() - 1).name();
    return "the model has "
        + layers.size()
        + " layers, from '"
        + first
        + "' to '"
        + last
        + "'; facekit inspect lists them";
  }
}
