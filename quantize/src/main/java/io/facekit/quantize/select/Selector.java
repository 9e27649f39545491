package io.facekit.quantize.select;

import io.facekit.core.error.FacekitException;
import java.util.List;

/**
 * A set of layers, named without knowing the model:
 *
 * <table>
 *   <caption>Forms</caption>
 *   <tr><td>{@code conv_23.conv.conv}</td><td>the layer of exactly that name</td></tr>
 *   <tr><td>{@code conv1.**}</td><td>names by pattern, see {@link Glob}</td></tr>
 *   <tr><td>{@code re:conv_[34].*}</td><td>names that match a regular expression as a whole</td></tr>
 *   <tr><td>{@code type:Conv}</td><td>all layers of an ONNX op type</td></tr>
 *   <tr><td>{@code type:Conv group=C}</td><td>depthwise convolutions</td></tr>
 *   <tr><td>{@code first:2}, {@code last:2}</td><td>the first or last layers with weights</td></tr>
 * </table>
 *
 * {@link #sensitive} reads the loose names of the short recipe.
 */
public sealed interface Selector
    permits Selector.Exact,
        Selector.Pattern,
        Selector.Regex,
        Selector.Type,
        Selector.Ends,
        Selector.Loose {

  /** The text that the selector was read from. */
  String text();

  /** The layers that it selects, in the order of {@code layers}. */
  List<Layer> select(List<Layer> layers);

  /**
   * Reads a selector.
   *
   * @throws FacekitException with {@code RECIPE_VALUE} when the text has no form from the table
   */
  static Selector parse(String text) {
    return SelectorParser.parse(text);
  }

  /** Reads a name from {@code sensitive_layers}. */
  static Selector sensitive(String text) {
    return new Loose(SelectorParser.checked(text));
  }

  /** One layer by its name. */
  record Exact(String text) implements Selector {
    @Override
    public List<Layer> select(List<Layer> layers) {
      return layers.stream().filter(layer -> layer.name().equals(text)).toList();
    }
  }

  /** Layers by a pattern of their name. */
  record Pattern(String text) implements Selector {
    @Override
    public List<Layer> select(List<Layer> layers) {
      return layers.stream().filter(layer -> Glob.matches(text, layer.name())).toList();
    }
  }

  /** Layers by a regular expression over the whole name. */
  record Regex(String text, String expression) implements Selector {
    @Override
    public List<Layer> select(List<Layer> layers) {
      BoundedRegex regex = new BoundedRegex(expression);
      return layers.stream().filter(layer -> regex.matches(layer.name())).toList();
    }
  }

  /** Layers by their op. */
  record Type(String text, String opType, boolean depthwiseOnly) implements Selector {
    @Override
    public List<Layer> select(List<Layer> layers) {
      return layers.stream()
          .filter(layer -> layer.opType().equals(opType))
          .filter(layer -> layer.depthwise() || !depthwiseOnly)
          .toList();
    }
  }

  /** The first or the last layers with weights. */
  record Ends(String text, boolean fromStart, int count) implements Selector {
    @Override
    public List<Layer> select(List<Layer> layers) {
      List<Layer> weighted = layers.stream().filter(Layer::weighted).toList();
      int n = Math.min(count, weighted.size());
      int from = fromStart ? 0 : weighted.size() - n;
      return weighted.subList(from, from + n);
    }
  }

  /**
   * Layers whose name contains the text; when there are none, the layers that the text is a common
   * word for, see {@link CommonName}.
   */
  record Loose(String text) implements Selector {
    @Override
    public List<Layer> select(List<Layer> layers) {
      List<Layer> named = layers.stream().filter(layer -> layer.name().contains(text)).toList();
      if (!named.isEmpty()) {
        return named;
      }
      return CommonName.of(text).map(name -> name.meaning().select(layers)).orElse(List.of());
    }
  }
}
