package io.facekit.core.convert;

import io.facekit.core.convert.OnnxBound.Constant;
import io.facekit.core.onnx.OnnxAttribute;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that leave no node in a graph: constants, sizes and arithmetic on them, other forms of
 * weights, and operators that do nothing at inference.
 */
final class OnnxStructure {
  private static final Map<String, Function<OnnxNode, Optional<OnnxBound>>> RULES =
      Map.ofEntries(
          Map.entry("Add", OnnxSizes::arithmetic),
          Map.entry("Cast", OnnxStructure::cast),
          Map.entry("Concat", OnnxSizes::concat),
          Map.entry("Constant", OnnxStructure::constant),
          Map.entry("ConstantOfShape", OnnxSizes::constantOfShape),
          Map.entry("Div", OnnxSizes::arithmetic),
          Map.entry("Dropout", OnnxStructure::dropout),
          Map.entry("Expand", OnnxSizes::expand),
          Map.entry("Gather", OnnxSizes::gather),
          Map.entry("Identity", n -> n.bound(0)),
          Map.entry("Mul", OnnxSizes::arithmetic),
          Map.entry("Neg", OnnxSizes::negative),
          Map.entry("Reshape", OnnxStructure::reshape),
          Map.entry("Shape", OnnxSizes::shape),
          Map.entry("Size", OnnxSizes::size),
          Map.entry("Slice", OnnxSizes::slice),
          Map.entry("Squeeze", OnnxStructure::reshape),
          Map.entry("Sub", OnnxSizes::arithmetic),
          Map.entry("Transpose", OnnxStructure::transpose),
          Map.entry("Unsqueeze", OnnxStructure::reshape));

  private OnnxStructure() {}

  /** The names of all operators that may leave no node, sorted. */
  static SortedSet<String> names() {
    return new TreeSet<>(RULES.keySet());
  }

  /** The result of a structural node; empty if it needs a node. */
  static Optional<OnnxBound> evaluate(OnnxNode node) {
    @Nullable Function<OnnxNode, Optional<OnnxBound>> rule = RULES.get(node.step().type());
    return rule == null || !node.step().domain().isEmpty() ? Optional.empty() : rule.apply(node);
  }

  private static Optional<OnnxBound> constant(OnnxNode n) {
    Optional<TensorData> tensor = n.tensorAttribute("value");
    if (tensor.isPresent()) {
      return Optional.of(n.computed(tensor.get()));
    }
    for (OnnxAttribute a : n.step().attributes().values()) {
      if (a instanceof OnnxAttribute.Int i) {
        return Optional.of(n.computed(TensorData.of(new long[] {i.value()})));
      } else if (a instanceof OnnxAttribute.FloatNumber f) {
        return Optional.of(n.computed(TensorData.of(new float[] {f.value()})));
      } else if (a instanceof OnnxAttribute.Ints list) {
        long[] values = list.values().stream().mapToLong(Long::longValue).toArray();
        return Optional.of(n.computed(TensorData.of(values, values.length)));
      } else if (a instanceof OnnxAttribute.Floats list) {
        float[] values = new float[list.values().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = list.values().get(i);
        }
        return Optional.of(n.computed(TensorData.of(values, values.length)));
      }
    }
    return Optional.empty();
  }

  /** Between float types, of constants, and of sizes: the graph computes in float32. */
  private static Optional<OnnxBound> cast(OnnxNode n) {
    Optional<DType> to = OnnxReader.dtype((int) n.integer("to", 0));
    Optional<OnnxBound> from = n.bound(0);
    if (to.isEmpty() || from.isEmpty()) {
      return Optional.empty();
    }
    boolean half = to.get() == DType.FLOAT16 || to.get() == DType.BFLOAT16;
    if (from.get() instanceof OnnxBound.Tensor t && t.value().type().dtype() == DType.FLOAT32) {
      if (half) {
        n.scope().markHalf();
      }
      return half || to.get() == DType.FLOAT32 ? from : Optional.empty();
    }
    if (from.get() instanceof OnnxBound.Sizes s && s.isFixed() && to.get() == DType.FLOAT32) {
      return Optional.of(n.computed(asFloats(s.data())));
    }
    if (from.get() instanceof OnnxBound.Sizes) {
      return to.get() == DType.INT64 || to.get() == DType.INT32 ? from : Optional.empty();
    }
    if (from.get() instanceof Constant c) {
      if (c.data().dtype() == to.get() || (c.data().dtype().isFloat() && to.get().isFloat())) {
        return from;
      }
      return to.get() == DType.FLOAT32
          ? Optional.of(new Constant(c.name(), asFloats(c.data())))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static TensorData asFloats(TensorData data) {
    return TensorData.of(data.toFloats(), data.shape().at(1));
  }

  private static Optional<OnnxBound> dropout(OnnxNode n) {
    boolean training =
        n.bound(2).isPresent()
            && n.constant(2)
                .filter(c -> c.data().elements() == 1 && c.data().doubleAt(0) == 0)
                .isEmpty();
    boolean mask = n.step().outputs().size() > 1 && n.scope().isRead(n.step().outputs().get(1));
    if (training || mask) {
      throw n.unsupported("dropout that is active");
    }
    return n.bound(0);
  }

  /** Reshape, Squeeze and Unsqueeze of sizes, and of weights. */
  private static Optional<OnnxBound> reshape(OnnxNode n) {
    Optional<OnnxBound> sizes = OnnxSizes.reshape(n);
    Optional<Constant> weight = n.constant(0).filter(c -> c.data().dtype().isFloat());
    if (sizes.isPresent() || weight.isEmpty()) {
      return sizes;
    }
    TensorData data = weight.get().data();
    return newShape(n, data.shape())
        .filter(s -> s.elements() == data.elements())
        .map(s -> new Constant(weight.get().name(), data.reshaped(s)));
  }

  private static Optional<Shape> newShape(OnnxNode n, Shape from) {
    String type = n.step().type();
    Optional<List<Long>> given = n.integers(type.equals("Reshape") ? "shape" : "axes", 1);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    return switch (type) {
      case "Reshape" -> resolved(given.get(), from);
      case "Unsqueeze" -> unsqueezed(given.get(), from);
      default -> squeezed(given.get(), from);
    };
  }

  private static Optional<Shape> unsqueezed(List<Long> axes, Shape from) {
    List<Long> sizes = new ArrayList<>(Arrays.stream(from.at(1)).boxed().toList());
    int rank = from.rank() + axes.size();
    for (long axis : axes.stream().map(a -> a < 0 ? a + rank : a).sorted().toList()) {
      if (axis < 0 || axis > sizes.size()) {
        return Optional.empty();
      }
      sizes.add((int) axis, 1L);
    }
    return Optional.of(shape(sizes));
  }

  private static Optional<Shape> squeezed(List<Long> axes, Shape from) {
    Set<Long> dropped = new HashSet<>();
    axes.forEach(a -> dropped.add(a < 0 ? a + from.rank() : a));
    List<Long> sizes = new ArrayList<>();
    for (long i = 0; i < from.rank(); i++) {
      if (!dropped.contains(i)) {
        sizes.add((long) from.size((int) i));
      }
    }
    return Optional.of(shape(sizes));
  }

  private static Optional<Shape> resolved(List<Long> wanted, Shape from) {
    List<Long> sizes = new ArrayList<>(wanted);
    long known = 1;
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i) == 0 && i < from.rank()) {
        sizes.set(i, (long) from.size(i));
      }
      if (sizes.get(i) < -1 || sizes.get(i) == 0) {
        return Optional.empty();
      }
      known = sizes.get(i) == -1 ? known : Math.multiplyExact(known, sizes.get(i));
    }
    int open = sizes.indexOf(-1L);
    if (open >= 0) {
      sizes.set(open, from.elements() / known);
    }
    return sizes.contains(-1L) ? Optional.empty() : Optional.of(shape(sizes));
  }

  private static Shape shape(List<Long> sizes) {
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  /** Of weights only. */
  private static Optional<OnnxBound> transpose(OnnxNode n) {
    Optional<Constant> weight = n.constant(0);
    if (weight.isEmpty()) {
      return Optional.empty();
    }
    TensorData data = weight.get().data();
    int rank = data.shape().rank();
    List<Long> order = new ArrayList<>();
    for (int i = rank - 1; i >= 0; i--) {
      order.add((long) i);
    }
    List<Long> perm =
        n.step().attributes().get("perm") instanceof OnnxAttribute.Ints p ? p.values() : order;
    if (perm.size() != rank
        || !perm.stream().sorted().toList().equals(order.stream().sorted().toList())) {
      throw n.unsupported("perm " + perm);
    }
    int[] axes = perm.stream().mapToInt(Long::intValue).toArray();
    return Optional.of(new Constant(weight.get().name(), permuted(data, axes)));
  }

  private static TensorData permuted(TensorData data, int[] axes) {
    int rank = axes.length;
    int unit = data.dtype().sizeBytes();
    int[] stride = new int[rank];
    for (int i = rank - 1, step = unit; i >= 0; i--) {
      stride[i] = step;
      step *= data.shape().size(i);
    }
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      sizes[i] = data.shape().size(axes[i]);
    }
    ByteBuffer in = data.bytes();
    ByteBuffer out = ByteBuffer.allocate(data.sizeBytes());
    int[] at = new int[rank];
    for (int e = 0; e < data.elements(); e++) {
      int from = 0;
      for (int i = 0; i < rank; i++) {
        from += at[i] * stride[axes[i]];
      }
      for (int b = 0; b < unit; b++) {
        out.put(in.get(from + b));
      }
      for (int i = rank - 1; i >= 0 && ++at[i] == sizes[i]; i--) {
        at[i] = 0;
      }
    }
    return new TensorData(data.dtype(), Shape.of(sizes), out.flip());
  }
}
