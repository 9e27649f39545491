package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.StridedSliceOptionsT;

/** A part of one axis: from {@code start} up to, without, {@code end}, every {@code step}-th. */
public record Slice(int axis, int start, int end, int step) implements Op {

  static final OpDef<Slice> DEF =
      OpDef.of(Slice.class)
          .fromAten(
              "aten::slice(Tensor self, int dim=0, int? start=None, int? end=None, int step=1)",
              Slice::load)
          .fromAten("aten::select(Tensor self, int dim, int index)", Slice::loadSelect)
          .fromAten("aten::narrow(Tensor self, int dim, int start, int length)", Slice::loadNarrow)
          .fromAtenToList(
              "aten::split(Tensor self, int[] split_size, int dim=0)",
              call -> Split.load(call, "split_size"))
          .fromAtenToList(
              "aten::split_with_sizes(Tensor self, int[] split_sizes, int dim=0)",
              call -> Split.load(call, "split_sizes"))
          .fromAtenToList("aten::chunk(Tensor self, int chunks, int dim=0)", Split::loadChunks)
          .fromAtenToList("aten::unbind(Tensor self, int dim=0)", Split::loadUnbind)
          .fromOnnx("Slice", Slice::loadOnnx)
          .fromOnnx("Split", Split::loadOnnx)
          .fromText(
              t ->
                  new Slice(
                      t.integer("axis"), t.integer("start"), t.integer("end"), t.integer("step")))
          .toOnnx(Slice::emitOnnx)
          .toTflite(Slice::emitTflite)
          .quantized(new QuantRule.SameScale());

  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    int step = call.integer("step");
    if (x.type().shape().dim(axis).symbolic()) {
      return whole(call, x);
    }
    int size = x.type().shape().size(axis);
    int start = call.isNone("start") ? 0 : bounded(call.number("start"), size);
    int end = call.isNone("end") ? size : bounded(call.number("end"), size);
    if (step < 1 || start >= end) {
      throw call.unsupported("a slice from " + start + " to " + end + " by " + step);
    }
    return start == 0 && end == size && step == 1
        ? x
        : call.node(new Slice(axis, start, end, step), List.of(x));
  }

  /** A node for every axis that is not taken whole. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    List<Integer> starts = call.bounds("starts", 1).orElse(List.of());
    List<Integer> ends = call.bounds("ends", 2).orElse(List.of());
    int count = starts.size();
    List<Integer> axes =
        OnnxForm.ordered(
            call,
            call.integers("axes", 3).orElseGet(() -> Layout.plain(count)),
            x.type().shape().rank());
    List<Integer> steps = call.bounds("steps", 4).orElseGet(() -> Collections.nCopies(count, 1));
    if (count == 0 || ends.size() != count || axes.size() != count || steps.size() != count) {
      throw call.unsupported("a slice from " + starts + " to " + ends + " of axes " + axes);
    }
    for (int i = 0; i < count; i++) {
      x = range(call, x, axes.get(i), starts.get(i), ends.get(i), steps.get(i));
    }
    return x;
  }

  /** With a step below 0 backwards from the start, as far as but without the end. */
  private static Value range(OnnxCall call, Value x, int axis, int start, int end, int step) {
    if (x.type().shape().dim(axis).symbolic()) {
      if (start != 0 || end != Integer.MAX_VALUE || step != 1) {
        throw call.unsupported("a part of the batch");
      }
      return x;
    }
    int size = x.type().shape().size(axis);
    if (step > 0) {
      int first = bounded(start, size);
      int last = bounded(end, size);
      requireElements(call, first < last, start, end, step);
      return first == 0 && last == size && step == 1
          ? x
          : call.node(new Slice(axis, first, last, step), List.of(x));
    }
    List<Integer> indices = new ArrayList<>();
    long stop = Math.max(-1, end < 0 ? (long) end + size : end);
    long at = Math.min(size - 1, start < 0 ? (long) start + size : start);
    for (; step < 0 && at > stop; at += step) {
      indices.add((int) at);
    }
    requireElements(call, !indices.isEmpty(), start, end, step);
    return call.node(new Gather(axis, indices), List.of(x));
  }

  private static void requireElements(OnnxCall call, boolean any, int start, int end, int step) {
    if (!any) {
      throw call.unsupported("a slice from " + start + " to " + end + " by " + step);
    }
  }

  /** Of the batch only all of it: {@code x[:]}, as indexing writes it for the axes before. */
  private static Value whole(AtenCall call, Value x) {
    boolean all =
        (call.isNone("start") || call.number("start") == 0)
            && (call.isNone("end") || call.number("end") >= Integer.MAX_VALUE)
            && call.integer("step") == 1;
    if (!all) {
      throw call.unsupported("a part of the batch");
    }
    return x;
  }

  /** Counted from the end where negative, and no further than the axis goes. */
  private static int bounded(double at, int size) {
    return (int) Math.max(0, Math.min(size, at < 0 ? at + size : at));
  }

  private static Value loadSelect(AtenCall call) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    return select(call, x, axis, call.axis("index", fixed(call, x, axis)));
  }

  /** One element of an axis, which goes away. */
  static Value select(ImportCall call, Value x, int axis, int index) {
    Shape shape = x.type().shape();
    Value one =
        shape.size(axis) == 1 ? x : call.node(new Slice(axis, index, index + 1, 1), List.of(x));
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.remove(axis);
    return call.node(Reshape.to(one.type().shape(), new Shape(dims)), List.of(one));
  }

  private static Value loadNarrow(AtenCall call) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    int size = fixed(call, x, axis);
    int start = bounded(call.number("start"), size);
    return part(call, x, axis, start, Math.addExact(start, call.integer("length")));
  }

  /** The size of an axis that is not the batch. */
  static int fixed(ImportCall call, Value x, int axis) {
    if (x.type().shape().dim(axis).symbolic()) {
      throw call.unsupported("a part of the batch");
    }
    return x.type().shape().size(axis);
  }

  static Value part(ImportCall call, Value x, int axis, int start, int end) {
    return start == 0 && end == x.type().shape().size(axis)
        ? x
        : call.node(new Slice(axis, start, end, 1), List.of(x));
  }

  private static void emitOnnx(Slice op, Node node, OnnxOut out) {
    out.node(
        "Slice",
        List.of(
            out.input(0),
            out.constant("starts", TensorData.of(new long[] {op.start}, 1)),
            out.constant("ends", TensorData.of(new long[] {op.end}, 1)),
            out.constant("axes", TensorData.of(new long[] {op.axis}, 1)),
            out.constant("steps", TensorData.of(new long[] {op.step}, 1))),
        OnnxAttributes.none());
  }

  private static void emitTflite(Slice op, Node node, TfliteOut out) {
    int rank = node.input(0).type().shape().rank();
    int axis = Layout.axis(op.axis, rank);
    int[] begin = new int[rank];
    begin[axis] = op.start;
    int[] size = new int[rank];
    Arrays.fill(size, -1);
    size[axis] = op.end - op.start;
    if (op.step == 1) {
      out.operator(
          (byte) BuiltinOperator.SLICE,
          out.isInt8() ? 2 : 1,
          List.of(
              out.activation(node.input(0)),
              numbers(node, "begin", begin, out),
              numbers(node, "size", size, out)),
          List.of(out.output()),
          null);
      return;
    }
    int[] end = new int[rank];
    end[axis] = op.end;
    int[] strides = new int[rank];
    Arrays.fill(strides, 1);
    strides[axis] = op.step;
    StridedSliceOptionsT t = new StridedSliceOptionsT();
    t.setBeginMask(allBut(axis, rank));
    t.setEndMask(allBut(axis, rank));
    out.operator(
        (byte) BuiltinOperator.STRIDED_SLICE,
        out.isInt8() ? 2 : 1,
        List.of(
            out.activation(node.input(0)),
            numbers(node, "begin", begin, out),
            numbers(node, "end", end, out),
            numbers(node, "strides", strides, out)),
        List.of(out.output()),
        Builtin.options(BuiltinOptions.StridedSliceOptions, t));
  }

  private static int allBut(int axis, int rank) {
    return ((1 << rank) - 1) & ~(1 << axis);
  }

  private static int numbers(Node node, String suffix, int[] values, TfliteOut out) {
    return out.sharedConstant(node.name() + "." + suffix, TensorData.of(values, values.length));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(axis >= 0 && axis < x.rank(), "axis " + axis + " of " + x);
    require(
        start >= 0 && start < end && end <= x.size(axis) && step > 0,
        "a slice from " + start + " to " + end + " by " + step + " of axis " + axis + " of " + x);
    return inputs.get(0).withShape(x.withDim(axis, Dim.of((end - start + step - 1) / step)));
  }
}
