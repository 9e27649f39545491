package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ReducerOptionsT;

/** An op that makes one number of those along some axes, which stay with size 1. */
interface Reduction extends Op {
  /** In order, without the batch. */
  List<Integer> axes();

  @Override
  default TensorType infer(List<TensorType> inputs) {
    Shape shape = inputs.get(0).shape();
    for (int axis : axes()) {
      require(
          axis >= 0 && axis < shape.rank() && !shape.dim(axis).symbolic(),
          type() + " along axis " + axis + " of " + shape);
      shape = shape.withDim(axis, Dim.of(1));
    }
    return inputs.get(0).withShape(shape);
  }

  /**
   * What an operator reduces.
   *
   * @param axes in order; empty if there is nothing to do
   * @param keep whether the axes stay with size 1
   */
  record Request(ImportCall call, Value x, List<Integer> axes, boolean keep) {
    /** Of a call {@code (self, dim, keepdim)}, where no axes are all of them. */
    static Request of(AtenCall call) {
      Value x = call.tensor("self");
      int rank = x.type().shape().rank();
      List<Integer> axes = call.axes("dim", rank);
      return new Request(call, x, axes.isEmpty() ? Layout.plain(rank) : axes, call.bool("keepdim"));
    }

    /** Without axes all are meant, unless the node says that none are. */
    static Request of(OnnxCall call) {
      Value x = call.tensor(0);
      Shape shape = x.type().shape();
      List<Integer> given = call.integers("axes", 1).orElse(List.of());
      boolean all = given.isEmpty() && call.integer("noop_with_empty_axes", 0) == 0;
      List<Integer> axes =
          all ? Layout.plain(shape.rank()) : OnnxForm.axes(call, given, shape.rank());
      if (axes.stream().anyMatch(a -> shape.dim(a).symbolic())) {
        throw call.unsupported("a reduction over the batch");
      }
      return new Request(call, x, axes, call.integer("keepdims", 1) != 0);
    }

    /** The same of another tensor of that shape. */
    Request of(Value tensor) {
      return new Request(call, tensor, axes, keep);
    }

    /** Whether it is of a whole map, for which pools have integer kernels. */
    boolean isOfMap() {
      return x.type().shape().rank() == 4 && axes.equals(List.of(2, 3));
    }

    /** The result of an op that keeps the axes. */
    Value reduced(Op op) {
      return axes.isEmpty() ? x : squeezed(call, call.node(op, List.of(x)), axes, keep);
    }
  }

  /** The result without the axes of size 1, unless the call keeps them. */
  private static Value squeezed(ImportCall call, Value reduced, List<Integer> axes, boolean keep) {
    if (keep) {
      return reduced;
    }
    List<Dim> dims = new ArrayList<>();
    Shape shape = reduced.type().shape();
    for (int i = 0; i < shape.rank(); i++) {
      if (!axes.contains(i)) {
        dims.add(shape.dim(i));
      }
    }
    return call.node(Reshape.to(shape, new Shape(dims)), List.of(reduced));
  }

  /**
   * @param inputSince the operator set from which on the axes are an input
   */
  static void emitOnnx(Reduction op, int inputSince, OnnxOut out) {
    OnnxAttributes attributes = OnnxAttributes.none();
    List<String> inputs = new ArrayList<>(out.inputs());
    if (out.opset() >= inputSince) {
      long[] axes = op.axes().stream().mapToLong(a -> a).toArray();
      inputs.add(out.constant("axes", TensorData.of(axes, axes.length)));
    } else {
      attributes.integers("axes", op.axes());
    }
    out.node(op.type(), inputs, attributes.integer("keepdims", 1));
  }

  static void emitTflite(Reduction op, byte builtin, Node node, TfliteOut out) {
    emitTflite(op, builtin, node, out.activation(node.input(0)), out.output(), out);
  }

  /** Writes a reduction of one tensor to another, both of the shapes of this node. */
  static void emitTflite(
      Reduction op, byte builtin, Node node, int input, int output, TfliteOut out) {
    int rank = node.input(0).type().shape().rank();
    int[] axes = op.axes().stream().mapToInt(a -> Layout.axis(a, rank)).sorted().toArray();
    StringBuilder name = new StringBuilder("axes");
    for (int a : axes) {
      name.append('_').append(a);
    }
    ReducerOptionsT t = new ReducerOptionsT();
    t.setKeepDims(true);
    out.operator(
        builtin,
        out.isInt8() ? 2 : 1,
        List.of(input, out.sharedConstant(name.toString(), TensorData.of(axes, axes.length))),
        List.of(output),
        Builtin.options(BuiltinOptions.ReducerOptions, t));
  }
}
