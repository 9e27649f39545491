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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * A tensor several times over.
 *
 * @param repeats one number per axis
 */
public record Tile(List<Integer> repeats) implements Op {

  static final OpDef<Tile> DEF =
      OpDef.of(Tile.class)
          .fromAten(
              "aten::expand(Tensor self, int[] size, *, bool implicit=False)", Tile::loadExpand)
          .fromAten(
              "aten::expand_as(Tensor self, Tensor other)",
              call ->
                  expand(
                      call,
                      call.tensor("self"),
                      call.tensor("other").type().shape().dims().stream()
                          .map(Optional::of)
                          .toList()))
          .fromAten("aten::repeat(Tensor self, int[] repeats)", Tile::loadRepeat)
          .fromOnnx("Expand", Tile::loadOnnxExpand)
          .fromOnnx("Tile", Tile::loadOnnx)
          .fromText(t -> new Tile(t.integers("repeats")))
          .toOnnx(Tile::emitOnnx)
          .toTflite(Tile::emitTflite)
          .quantized(new QuantRule.FloatOnly("a broadcast needs no copies"));

  public Tile {
    repeats = List.copyOf(repeats);
  }

  private static Value loadExpand(AtenCall call) {
    return expand(call, call.tensor("self"), call.sizes("size"));
  }

  private static Value expand(ImportCall call, Value self, List<Optional<Dim>> sizes) {
    Value x = widened(call, self, sizes.size());
    Shape shape = x.type().shape();
    List<Integer> repeats = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Dim from = shape.dim(i);
      Dim to = sizes.get(i).orElse(from);
      if (!to.equals(from) && (!from.equals(Dim.of(1)) || to.symbolic())) {
        throw call.unsupported("expanding " + from + " to " + to);
      }
      repeats.add(to.equals(from) ? 1 : to.size());
    }
    return node(call, x, repeats);
  }

  private static Value loadRepeat(AtenCall call) {
    List<Integer> repeats = call.ints("repeats");
    Value x = widened(call, call.tensor("self"), repeats.size());
    if (x.type().shape().dim(0).symbolic() && repeats.get(0) != 1) {
      throw call.unsupported("repeating the batch");
    }
    return node(call, x, repeats);
  }

  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Shape shape = x.type().shape();
    List<Integer> repeats = call.integers("repeats", 1).orElse(List.of());
    if (repeats.size() != shape.rank() || repeats.stream().anyMatch(r -> r < 1)) {
      throw call.unsupported("repeats " + repeats + " of " + shape);
    }
    for (int i = 0; i < repeats.size(); i++) {
      if (shape.dim(i).symbolic() && repeats.get(i) != 1) {
        throw call.unsupported("repeating the batch");
      }
    }
    return node(call, x, repeats);
  }

  /** Sizes and axes broadcast both ways: a size of 1 leaves the axis as it is. */
  private static Value loadOnnxExpand(OnnxCall call) {
    Value x = call.tensor(0);
    List<Dim> dims = x.type().shape().dims();
    List<Optional<Dim>> sizes = new ArrayList<>(call.sizes(1));
    while (sizes.size() < dims.size()) {
      sizes.add(0, Optional.of(Dim.of(1)));
    }
    for (int i = 0; i < sizes.size(); i++) {
      int own = i - (sizes.size() - dims.size());
      Dim size = sizes.get(i).orElseThrow(() -> call.unsupported("an open size"));
      if (own >= 0 && size.equals(Dim.of(1))) {
        sizes.set(i, Optional.of(dims.get(own)));
      } else if (size.factor() < 1) {
        throw call.unsupported("size " + size);
      }
    }
    return expand(call, x, sizes);
  }

  /** With axes of size 1 in front. */
  private static Value widened(ImportCall call, Value x, int rank) {
    Shape shape = x.type().shape();
    if (shape.rank() == rank) {
      return x;
    }
    if (shape.rank() > rank) {
      throw call.unsupported("fewer axes than " + shape);
    }
    List<Dim> dims = new ArrayList<>(Collections.nCopies(rank - shape.rank(), Dim.of(1)));
    dims.addAll(shape.dims());
    return call.node(Reshape.to(shape, new Shape(dims)), List.of(x));
  }

  private static Value node(ImportCall call, Value x, List<Integer> repeats) {
    return repeats.stream().allMatch(r -> r == 1) ? x : call.node(new Tile(repeats), List.of(x));
  }

  private static void emitOnnx(Tile op, Node node, OnnxOut out) {
    long[] repeats = op.repeats.stream().mapToLong(r -> r).toArray();
    out.node(
        "Tile",
        List.of(out.input(0), out.constant("repeats", TensorData.of(repeats, repeats.length))),
        OnnxAttributes.none());
  }

  private static void emitTflite(Tile op, Node node, TfliteOut out) {
    int[] repeats = Layout.values(op.repeats);
    out.operator(
        (byte) BuiltinOperator.TILE,
        1,
        List.of(
            out.activation(node.input(0)),
            out.sharedConstant(node.name() + ".repeats", TensorData.of(repeats, repeats.length))),
        List.of(out.output()),
        null);
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(
        repeats.size() == x.rank() && repeats.stream().allMatch(r -> r > 0),
        "repeats " + repeats + " of " + x);
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      Dim d = x.dim(i);
      dims.add(new Dim(Math.multiplyExact(d.factor(), (long) repeats.get(i)), d.symbolic()));
    }
    return inputs.get(0).withShape(new Shape(dims));
  }
}
