package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * Parametric ReLU. Input {@code [N, C, ...]}, slope {@code [C]}; the output has the input's type.
 */
public record PRelu() implements Op {

  static final OpDef<PRelu> DEF =
      OpDef.of(PRelu.class)
          .fromAten("aten::prelu(Tensor self, Tensor weight)", PRelu::load)
          .fromOnnx("PRelu", PRelu::loadOnnx)
          .fromText(t -> new PRelu())
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "PRelu",
                      onnxInputs(node.input(0), node.input(1), out),
                      OnnxAttributes.none()))
          .toTflite(
              (op, node, out) ->
                  out.operator(
                      (byte) BuiltinOperator.PRELU,
                      1,
                      List.of(
                          out.activation(node.input(0)),
                          tfliteSlope(node.input(0), node.input(1), out)),
                      List.of(out.output()),
                      null))
          .quantized(new QuantRule.FloatOnly("no runtime has a per-channel integer PReLU"));

  private static Value load(AtenCall call) {
    Value x = call.tensor("self");
    Value slope = call.tensor("weight");
    int channels = x.type().shape().size(1);
    if (slope.data().elements() == 1 && channels != 1) {
      float[] repeated = new float[channels];
      Arrays.fill(repeated, slope.data().floatAt(0));
      slope = call.constant("weight", TensorData.of(repeated, channels));
    }
    return call.node(new PRelu(), List.of(x, slope));
  }

  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    if (x.type().shape().rank() < 2) {
      throw call.unsupported("PRelu of " + x.type());
    }
    return call.node(new PRelu(), List.of(x, OnnxForm.perChannel(call, 1, x.type().shape(), 1)));
  }

  /** ONNX broadcasts from the right, so the slope is written {@code [C, 1, ...]}. */
  private static List<String> onnxInputs(Value x, Value slope, OnnxOut out) {
    long[] shape = new long[x.type().shape().rank() - 1];
    Arrays.fill(shape, 1);
    shape[0] = slope.data().elements();
    return List.of(out.input(0), out.constant("slope", slope.data().reshaped(Shape.of(shape))));
  }

  private static int tfliteSlope(Value x, Value slope, TfliteOut out) {
    int channels = slope.data().elements();
    Shape shape = x.type().shape().rank() == 4 ? Shape.of(1, 1, channels) : Shape.of(channels);
    return out.constant(slope, shape);
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    Shape slope = inputs.get(1).shape();
    require(
        x.rank() >= 2 && slope.equals(Shape.of(x.size(1))),
        "slope " + slope + " does not fit " + x);
    return inputs.get(0);
  }
}
