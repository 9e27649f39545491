package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.function.IntConsumer;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ReshapeOptionsT;
import org.tensorflow.lite.schema.TransposeOptionsT;

/**
 * Values whose elements are needed in the graph's own order of axes, although TFLite holds rank-4
 * values as NHWC. Reads through Transposes and Reshapes, so that a TRANSPOSE is written only where
 * elements really move.
 */
final class RowMajor {
  private RowMajor() {}

  /**
   * Where the elements of a value are.
   *
   * @param order axis {@code i} of the value is axis {@code order.get(i)} of the source
   */
  record Source(Value value, List<Integer> order) {
    static Source of(Value value, TfliteOut out) {
      List<Integer> order = Layout.plain(value.type().shape().rank());
      Value v = value;
      for (Node n = v.producer();
          n != null && n.op() instanceof Transpose t && out.isInt8Like(n);
          n = v.producer()) {
        order = order.stream().map(t.perm()::get).toList();
        v = n.input(0);
      }
      return new Source(v, order);
    }

    /** The Reshape that makes the source, if it can be written again with another layout. */
    boolean isReshaped(TfliteOut out) {
      Node n = value.producer();
      return value.type().shape().rank() == 4
          && n != null
          && n.op() instanceof Reshape
          && out.isInt8Like(n);
    }

    /** Axis {@code i} of the wanted tensor is this axis of the tensor that {@link #read} gives. */
    List<Integer> physical(List<Integer> wanted, TfliteOut out) {
      List<Integer> held =
          isReshaped(out) ? Layout.plain(order.size()) : Layout.order(value.type().shape().rank());
      return wanted.stream().map(i -> held.indexOf(order.get(i))).toList();
    }

    Shape shape(TfliteOut out) {
      return isReshaped(out) ? value.type().shape() : Layout.shape(value.type().shape());
    }

    /** The tensor that holds the source. */
    int read(TfliteOut out) {
      if (!isReshaped(out)) {
        return out.activation(value);
      }
      int plain = out.intermediate(value.name(), value.type().shape(), value);
      reshape(reshapedInput(out), value.type().shape(), plain, out);
      return plain;
    }

    /** What the Reshape that makes the source reads, row-major. */
    int reshapedInput(TfliteOut out) {
      Node n = value.producer();
      return RowMajor.read(n == null ? value : n.input(0), out);
    }
  }

  /** Whether a node reads its inputs through here, so that their producers need not write them. */
  private static boolean readsThrough(Node n) {
    return n.op() instanceof Reshape
        || n.op() instanceof Transpose
        || n.op() instanceof MatMul
        || (n.op() instanceof Flatten);
  }

  /** Whether nothing reads a node's output as the tensor that it is. */
  static boolean isReadThrough(Node node, TfliteOut out) {
    List<Node> readers = out.consumers(node.output());
    return !out.isModelOutput(node.output())
        && !readers.isEmpty()
        && readers.stream().allMatch(n -> readsThrough(n) && out.isInt8Like(n));
  }

  /** The tensor that has a value's elements in row-major order, whatever its shape. */
  static int read(Value value, TfliteOut out) {
    return read(value, Layout.plain(value.type().shape().rank()), out);
  }

  /** The tensor that has a value's axes in the wanted order. */
  static int read(Value value, List<Integer> wanted, TfliteOut out) {
    Source source = Source.of(value, out);
    List<Integer> perm = source.physical(wanted, out);
    if (!Layout.moves(source.shape(out), perm)) {
      return source.isReshaped(out) ? source.reshapedInput(out) : source.read(out);
    }
    Shape shape = Layout.permuted(value.type().shape(), wanted);
    int moved = out.intermediate(value.name() + ".moved", shape, value);
    transpose(source.read(out), perm, moved, out);
    return moved;
  }

  /** {@link #read(Value, TfliteOut)}, the tensor also having the value's shape. */
  static int readShaped(Value value, TfliteOut out) {
    Shape shape = value.type().shape();
    Source source = Source.of(value, out);
    boolean moves =
        Layout.moves(source.shape(out), source.physical(Layout.plain(shape.rank()), out));
    if (moves) {
      return read(value, out);
    }
    if (source.value() == value && source.shape(out).equals(shape)) {
      return source.read(out);
    }
    int shaped = out.intermediate(value.name() + ".shaped", shape, value);
    reshape(read(value, out), shape, shaped, out);
    return shaped;
  }

  /** Lets a node write its output in row-major order, and brings that into TFLite's order. */
  static void write(Node node, TfliteOut out, IntConsumer emit) {
    Shape shape = node.output().type().shape();
    if (shape.rank() != 4) {
      emit.accept(out.output());
      return;
    }
    int plain = out.intermediate("nchw", shape, node.output());
    emit.accept(plain);
    move(plain, shape, Layout.order(4), out.output(), out);
  }

  /** A TRANSPOSE, or a RESHAPE where that is enough. */
  static void move(int from, Shape shape, List<Integer> perm, int to, TfliteOut out) {
    if (Layout.moves(shape, perm)) {
      transpose(from, perm, to, out);
    } else {
      reshape(from, Layout.permuted(shape, perm), to, out);
    }
  }

  private static void transpose(int from, List<Integer> perm, int to, TfliteOut out) {
    int[] axes = perm.stream().mapToInt(a -> a).toArray();
    StringBuilder name = new StringBuilder("perm");
    for (int a : axes) {
      name.append('_').append(a);
    }
    out.operator(
        (byte) BuiltinOperator.TRANSPOSE,
        out.isInt8() ? 2 : axes.length > 4 ? 4 : 1,
        List.of(from, out.sharedConstant(name.toString(), TensorData.of(axes, axes.length))),
        List.of(to),
        Builtin.options(BuiltinOptions.TransposeOptions, new TransposeOptionsT()));
  }

  /** RESHAPE; the batch is what is left over. */
  static void reshape(int from, Shape shape, int to, TfliteOut out) {
    int[] sizes = shape.dims().stream().mapToInt(d -> d.symbolic() ? -1 : d.size()).toArray();
    StringBuilder name = new StringBuilder("shape");
    for (Dim d : shape.dims()) {
      name.append('_').append(d.symbolic() ? "n" : d.toString());
    }
    ReshapeOptionsT t = new ReshapeOptionsT();
    t.setNewShape(sizes);
    out.operator(
        (byte) BuiltinOperator.RESHAPE,
        1,
        List.of(from, out.sharedConstant(name.toString(), TensorData.of(sizes, sizes.length))),
        List.of(to),
        Builtin.options(BuiltinOptions.ReshapeOptions, t));
  }
}
