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
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.GatherOptionsT;

/** The slices of one axis with the given indices, in their order. */
public record Gather(int axis, List<Integer> indices) implements Op {

  /** The operator set from which on an index may count from the end. */
  private static final int NEGATIVE_SINCE = 11;

  static final OpDef<Gather> DEF =
      OpDef.of(Gather.class)
          .fromAten("aten::flip(Tensor self, int[] dims)", Gather::loadFlip)
          .fromAten(
              "aten::index_select(Tensor self, int dim, Tensor index)", Gather::loadIndexSelect)
          .fromAten("aten::index(Tensor self, Tensor?[] indices)", Gather::loadIndex)
          .fromOnnx("Gather", Gather::loadOnnx)
          .fromText(t -> new Gather(t.integer("axis"), t.integers("indices")))
          .toOnnx(Gather::emitOnnx)
          .toTflite(Gather::emitTflite)
          .quantized(new QuantRule.SameScale());

  public Gather {
    indices = List.copyOf(indices);
  }

  private static Value loadFlip(AtenCall call) {
    Value x = call.tensor("self");
    for (int axis : call.axes("dims", x.type().shape().rank())) {
      int size = size(call, x, axis);
      List<Integer> reversed = IntStream.range(0, size).mapToObj(i -> size - 1 - i).toList();
      x = call.node(new Gather(axis, reversed), List.of(x));
    }
    return x;
  }

  private static Value loadIndexSelect(AtenCall call) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    return node(call, x, axis, call.anyTensor("index"));
  }

  private static Value loadIndex(AtenCall call) {
    Value x = call.tensor("self");
    List<Optional<Value>> indices = call.optionalTensors("indices");
    List<Integer> axes =
        IntStream.range(0, indices.size()).filter(i -> indices.get(i).isPresent()).boxed().toList();
    if (axes.size() != 1) {
      throw call.unsupported("indexing of " + axes.size() + " axes at once");
    }
    int axis = axes.get(0);
    return node(call, x, axis, indices.get(axis).orElseThrow());
  }

  /** One index takes its axis away, a table of indices makes it several. */
  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Shape shape = x.type().shape();
    int axis = OnnxForm.axis(call, call.integer("axis", 0), shape.rank());
    int size = size(call, x, axis);
    TensorData data =
        call.contents(1).orElseThrow(() -> call.unsupported("indices that are computed"));
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < data.elements(); i++) {
      double at = data.doubleAt(i);
      double counted = at < 0 && call.opset() >= NEGATIVE_SINCE ? at + size : at;
      if (counted < 0 || counted >= size) {
        throw call.unsupported("index " + (long) at + " of " + size);
      }
      indices.add((int) counted);
    }
    if (indices.isEmpty()) {
      throw call.unsupported("no index");
    }
    if (data.shape().rank() == 0) {
      return Slice.select(call, x, axis, indices.get(0));
    }
    Value picked = call.node(new Gather(axis, indices), List.of(x));
    if (data.shape().rank() == 1) {
      return picked;
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.remove(axis);
    dims.addAll(axis, data.shape().dims());
    return call.node(Reshape.to(picked.type().shape(), new Shape(dims)), List.of(picked));
  }

  private static Value node(AtenCall call, Value x, int axis, Value index) {
    if (!index.isConstant() || index.type().shape().rank() != 1) {
      throw call.unsupported("indexing by " + index.type());
    }
    int size = size(call, x, axis);
    List<Integer> counted = new ArrayList<>();
    for (int i = 0; i < index.data().elements(); i++) {
      int at = (int) index.data().doubleAt(i);
      counted.add(at < 0 ? at + size : at);
    }
    return call.node(new Gather(axis, counted), List.of(x));
  }

  private static int size(ImportCall call, Value x, int axis) {
    if (x.type().shape().dim(axis).symbolic()) {
      throw call.unsupported("indexing of the batch");
    }
    return x.type().shape().size(axis);
  }

  private static void emitOnnx(Gather op, Node node, OnnxOut out) {
    long[] indices = op.indices.stream().mapToLong(i -> i).toArray();
    out.node(
        "Gather",
        List.of(out.input(0), out.constant("indices", TensorData.of(indices, indices.length))),
        OnnxAttributes.none().integer("axis", op.axis));
  }

  private static void emitTflite(Gather op, Node node, TfliteOut out) {
    int[] indices = op.indices.stream().mapToInt(i -> i).toArray();
    GatherOptionsT t = new GatherOptionsT();
    t.setAxis(Layout.axis(op.axis, node.input(0).type().shape().rank()));
    out.operator(
        (byte) BuiltinOperator.GATHER,
        out.isInt8() ? 2 : 1,
        List.of(
            out.activation(node.input(0)),
            out.sharedConstant(node.name() + ".indices", TensorData.of(indices, indices.length))),
        List.of(out.output()),
        Builtin.options(BuiltinOptions.GatherOptions, t));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(axis >= 0 && axis < x.rank(), "axis " + axis + " of " + x);
    require(
        !indices.isEmpty() && indices.stream().allMatch(i -> i >= 0 && i < x.size(axis)),
        "an index beyond axis " + axis + " of " + x);
    return inputs.get(0).withShape(x.withDim(axis, Dim.of(indices.size())));
  }
}
