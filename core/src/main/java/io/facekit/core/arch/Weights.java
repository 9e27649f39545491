package io.facekit.core.arch;

import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The weights of a model while a family asks for them; remembers what did not fit. */
final class Weights {
  /** A size that the weights decide. */
  static final long ANY = -1;

  /** Counts training steps; inference does not need it. */
  private static final String COUNTER = "num_batches_tracked";

  private final Map<String, TensorData> tensors;
  private final NavigableSet<String> sorted;
  private final Set<String> used = new LinkedHashSet<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  /**
   * @param sorted the names of the tensors, which all attempts at the same weights share
   */
  Weights(Map<String, TensorData> tensors, NavigableSet<String> sorted) {
    this.tensors = tensors;
    this.sorted = sorted;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Whether any weight is below a module. */
  boolean hasModule(String path) {
    @Nullable String first = sorted.ceiling(path + ".");
    return first != null && first.startsWith(path + ".");
  }

  /** How many modules {@code path.0, path.1, ...} there are without a gap. */
  int children(String path) {
    int n = 0;
    while (hasModule(path + "." + n)) {
      n++;
    }
    return n;
  }

  /** The shape of a tensor that may not be there, without asking for it. */
  long @Nullable [] shape(String name) {
    @Nullable TensorData data = tensors.get(name);
    return data == null ? null : data.shape().dims().stream().mapToLong(Dim::factor).toArray();
  }

  /**
   * A weight of a shape; null if it is missing or does not fit, which is remembered.
   *
   * @param shape sizes, some of which may be {@link #ANY}
   */
  @Nullable TensorData take(String name, long... shape) {
    @Nullable TensorData data = tensors.get(name);
    if (data == null) {
      missing.add(name);
      return null;
    }
    used.add(name);
    if (!data.dtype().isFloat() || !fits(data, shape)) {
      wrong(name, shape);
      return null;
    }
    return data;
  }

  /** Remembers that a weight which was taken does not fit after all. */
  void wrong(String name, long... shape) {
    String expected =
        Arrays.stream(shape)
            .mapToObj(n -> n == ANY ? "*" : Long.toString(n))
            .collect(Collectors.joining(",", "[", "]"));
    wrong.add(name + " is " + tensors.get(name) + ", not " + expected);
  }

  private static boolean fits(TensorData data, long[] shape) {
    List<Dim> dims = data.shape().dims();
    if (dims.size() != shape.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (dims.get(i).factor() == 0 || (shape[i] != ANY && dims.get(i).factor() != shape[i])) {
        return false;
      }
    }
    return true;
  }

  boolean fit() {
    return missing.isEmpty() && wrong.isEmpty() && extra().isEmpty();
  }

  /** How much of what is there and what was asked for agrees, from 0 to 1. */
  double likeness() {
    int extra = extra().size();
    int good = used.size() - wrong.size();
    return (double) good / Math.max(1, used.size() + missing.size() + extra);
  }

  List<String> missing() {
    return List.copyOf(missing);
  }

  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Names that nobody asked for. */
  List<String> extra() {
    return tensors.keySet().stream()
        .filter(n -> !used.contains(n) && !n.equals(COUNTER) && !n.endsWith("." + COUNTER))
        .toList();
  }
}
