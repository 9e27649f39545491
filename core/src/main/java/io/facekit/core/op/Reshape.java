package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

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
import java.util.List;
import java.util.Optional;

/** The same elements, in row-major NCHW order, under another shape. */
public record Reshape(Shape shape) implements Op {

  static final OpDef<Reshape> DEF =
      OpDef.of(Reshape.class)
          .fromAten("aten::view(Tensor self, int[] size)", call -> load(call, "size"))
          .fromAten("aten::reshape(Tensor self, int[] shape)", call -> load(call, "shape"))
          .fromAten(
              "aten::flatten(Tensor self, int start_dim=0, int end_dim=-1)", Reshape::loadFlatten)
          .fromAten("aten::view_as(Tensor self, Tensor other)", Reshape::loadViewAs)
          .fromAten("aten::unflatten(Tensor self, int dim, int[] sizes)", Reshape::loadUnflatten)
          .fromAten("aten::unsqueeze(Tensor self, int dim)", Reshape::loadUnsqueeze)
          .fromAten("aten::squeeze(Tensor self, int[]? dim=None)", Reshape::loadSqueeze)
          .fromAten("aten::pixel_shuffle(Tensor self, int upscale_factor)", PixelShuffle::load)
          .fromAten(
              "aten::pixel_unshuffle(Tensor self, int downscale_factor)", PixelShuffle::loadReverse)
          .fromAten("aten::channel_shuffle(Tensor self, int groups)", PixelShuffle::loadChannels)
          .fromOnnx("Reshape", Reshape::loadOnnx)
          .fromOnnx("Flatten", Reshape::loadOnnxFlatten)
          .fromOnnx("Squeeze", Reshape::loadOnnxSqueeze)
          .fromOnnx("Unsqueeze", Reshape::loadOnnxUnsqueeze)
          .fromOnnx("DepthToSpace", PixelShuffle::loadOnnxDepth)
          .fromOnnx("SpaceToDepth", PixelShuffle::loadOnnxSpace)
          .fromText(t -> new Reshape(parseShape(t.text("shape"))))
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "Reshape",
                      List.of(out.input(0), out.constant("shape", op.onnxShape())),
                      OnnxAttributes.none()))
          .toTflite((op, node, out) -> ReshapeToTflite.emit(node, out))
          .expressibleInTflite("only with one axis that holds the batch", (op, node) -> op.isOpen())
          .quantized(new QuantRule.SameScale());

  private static Value load(AtenCall call, String argument) {
    return load(call, call.tensor("self"), call.sizes(argument));
  }

  private static Value load(ImportCall call, Value x, List<Optional<Dim>> wanted) {
    Shape from = x.type().shape();
    List<Optional<Dim>> sizes = new ArrayList<>(wanted);
    boolean baked =
        !sizes.isEmpty()
            && from.rank() > 0
            && from.dim(0).symbolic()
            && sizes.stream().noneMatch(d -> d.isPresent() && d.get().symbolic())
            && sizes.get(0).equals(Optional.of(Dim.of(call.tracedBatch())));
    if (baked) {
      sizes.set(0, Optional.of(Dim.BATCH));
      call.note("the batch size " + call.tracedBatch() + " was fixed here; it is free now");
    }
    return node(call, x, resolve(call, from, sizes));
  }

  private static Value loadFlatten(AtenCall call) {
    Value x = call.tensor("self");
    Shape from = x.type().shape();
    int start = axis(call.integer("start_dim"), from.rank());
    int end = axis(call.integer("end_dim"), from.rank());
    if (start < 0 || end >= from.rank() || start > end) {
      throw call.unsupported("flatten of axes " + start + " to " + end + " of " + from);
    }
    List<Dim> dims = new ArrayList<>(from.dims().subList(0, start));
    dims.add(product(call, from.dims().subList(start, end + 1)));
    dims.addAll(from.dims().subList(end + 1, from.rank()));
    return node(call, x, new Shape(dims));
  }

  private static Value loadViewAs(AtenCall call) {
    return node(call, call.tensor("self"), call.tensor("other").type().shape());
  }

  private static Value loadUnflatten(AtenCall call) {
    Value x = call.tensor("self");
    Shape from = x.type().shape();
    int axis = call.axis("dim", from.rank());
    Shape part = resolve(call, new Shape(List.of(from.dim(axis))), call.sizes("sizes"));
    List<Dim> dims = new ArrayList<>(from.dims());
    dims.remove(axis);
    dims.addAll(axis, part.dims());
    return node(call, x, new Shape(dims));
  }

  private static Value loadUnsqueeze(AtenCall call) {
    Value x = call.tensor("self");
    Shape from = x.type().shape();
    return call.node(withUnit(from, call.axis("dim", from.rank() + 1)), List.of(x));
  }

  private static Value loadSqueeze(AtenCall call) {
    Value x = call.tensor("self");
    Shape from = x.type().shape();
    List<Integer> axes = call.axes("dim", from.rank());
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < from.rank(); i++) {
      if (!axes.contains(i) || !from.dim(i).equals(Dim.of(1))) {
        dims.add(from.dim(i));
      }
    }
    return node(call, x, new Shape(dims));
  }

  /** A size of 0 copies the input's, unless {@code allowzero} says otherwise. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Shape from = x.type().shape();
    List<Optional<Dim>> sizes = new ArrayList<>(call.sizes(1));
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i).equals(Optional.of(Dim.of(0)))) {
        if (call.integer("allowzero", 0) != 0) {
          throw call.unsupported("a tensor without elements");
        }
        if (i >= from.rank()) {
          throw call.unsupported("size 0 at axis " + i + " for " + from);
        }
        sizes.set(i, Optional.of(from.dim(i)));
      }
    }
    return load(call, x, sizes);
  }

  private static Value loadOnnxFlatten(OnnxCall call) {
    Value x = call.tensor(0);
    Shape from = x.type().shape();
    int index = call.integer("axis", 1);
    int axis = index == from.rank() ? index : OnnxForm.axis(call, index, from.rank());
    return node(
        call,
        x,
        new Shape(
            List.of(
                product(call, from.dims().subList(0, axis)),
                product(call, from.dims().subList(axis, from.rank())))));
  }

  private static Value loadOnnxSqueeze(OnnxCall call) {
    Value x = call.tensor(0);
    Shape from = x.type().shape();
    List<Integer> axes =
        OnnxForm.axes(call, call.integers("axes", 1).orElseGet(() -> ones(from)), from.rank());
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < from.rank(); i++) {
      if (!axes.contains(i)) {
        dims.add(from.dim(i));
      } else if (!from.dim(i).equals(Dim.of(1))) {
        throw call.unsupported("squeeze of axis " + i + " of " + from);
      }
    }
    return node(call, x, new Shape(dims));
  }

  /** With one more axis of size 1. */
  static Reshape withUnit(Shape from, int axis) {
    List<Dim> dims = new ArrayList<>(from.dims());
    dims.add(axis, Dim.of(1));
    return new Reshape(new Shape(dims));
  }

  /** A Flatten where it is one. */
  public static Op to(Shape from, Shape to) {
    boolean flattens = to.rank() == 2 && from.rank() > 2 && to.dim(0).equals(from.dim(0));
    return flattens ? new Flatten() : new Reshape(to);
  }

  private boolean isOpen() {
    return shape.dims().stream().filter(Dim::symbolic).count() <= 1;
  }

  private static List<Integer> ones(Shape shape) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i).equals(Dim.of(1))) {
        axes.add(i);
      }
    }
    return axes;
  }

  private static Value loadOnnxUnsqueeze(OnnxCall call) {
    Value x = call.tensor(0);
    List<Integer> given = call.integers("axes", 1).orElse(List.of());
    List<Dim> dims = new ArrayList<>(x.type().shape().dims());
    for (int axis : OnnxForm.axes(call, given, dims.size() + given.size())) {
      dims.add(axis, Dim.of(1));
    }
    return node(call, x, new Shape(dims));
  }

  private static Dim product(ImportCall call, List<Dim> dims) {
    Dim product = Dim.of(1);
    for (Dim d : dims) {
      product = times(call, product, d);
    }
    return product;
  }

  private static int axis(int axis, int rank) {
    return axis < 0 ? axis + rank : axis;
  }

  private static Value node(ImportCall call, Value x, Shape to) {
    Shape from = x.type().shape();
    if (to.equals(from)) {
      return x;
    }
    return call.node(to(from, to), List.of(x));
  }

  /** Fills in the one size that the call leaves open. */
  private static Shape resolve(ImportCall call, Shape from, List<Optional<Dim>> sizes) {
    if (sizes.stream().filter(Optional::isEmpty).count() > 1) {
      throw call.unsupported("two open sizes");
    }
    Dim total = product(call, from.dims());
    Dim known = Dim.of(1);
    for (Optional<Dim> d : sizes) {
      known = times(call, known, d.orElse(Dim.of(1)));
    }
    List<Dim> dims = new ArrayList<>();
    for (Optional<Dim> d : sizes) {
      dims.add(d.isPresent() ? d.get() : divide(call, total, known));
    }
    return new Shape(dims);
  }

  private static Dim times(ImportCall call, Dim a, Dim b) {
    if (a.symbolic() && b.symbolic()) {
      throw call.unsupported("a shape that multiplies the batch by itself");
    }
    return new Dim(Math.multiplyExact(a.factor(), b.factor()), a.symbolic() || b.symbolic());
  }

  private static Dim divide(ImportCall call, Dim total, Dim part) {
    if (part.factor() == 0
        || total.factor() % part.factor() != 0
        || (part.symbolic() && !total.symbolic())) {
      throw call.unsupported("a shape of " + part + " elements for " + total);
    }
    return new Dim(total.factor() / part.factor(), total.symbolic() && !part.symbolic());
  }

  private static Shape parseShape(String text) {
    return new Shape(
        Arrays.stream(text.substring(1, text.length() - 1).split(","))
            .map(String::strip)
            .map(
                s ->
                    s.startsWith("batch")
                        ? new Dim(s.equals("batch") ? 1 : Long.parseLong(s.substring(6)), true)
                        : Dim.of(Long.parseLong(s)))
            .toList());
  }

  private TensorData onnxShape() {
    return TensorData.of(
        shape.dims().stream().mapToLong(d -> d.symbolic() ? -1 : d.factor()).toArray(),
        shape.rank());
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape from = inputs.get(0).shape();
    require(
        from.elementsAt(1) == shape.elementsAt(1) && from.elementsAt(2) == shape.elementsAt(2),
        "cannot reshape " + from + " to " + shape);
    return inputs.get(0).withShape(shape);
  }
}
