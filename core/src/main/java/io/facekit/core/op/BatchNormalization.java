package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalization with running statistics. Input {@code [N, C, ...]}; scale, bias, mean and
 * variance {@code [C]}.
 */
public record BatchNormalization(double epsilon) implements Op {

  static final OpDef<BatchNormalization> DEF =
      OpDef.of(BatchNormalization.class)
          .fromAten(
              "aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean,"
                  + " Tensor? running_var, bool training, float momentum, float eps, bool"
                  + " cudnn_enabled)",
              BatchNormalization::load)
          .fromOnnx("BatchNormalization", BatchNormalization::loadOnnx)
          .fromText(t -> new BatchNormalization(t.number("epsilon")))
          .toOnnx(
              (op, node, out) ->
                  out.node(
                      "BatchNormalization",
                      out.inputs(),
                      OnnxAttributes.none().number("epsilon", op.epsilon)))
          .toTflite((op, node, out) -> emitTflite(node, out))
          .expressibleInTflite(
              "only of rows and maps, with constant statistics",
              (op, node) -> node.hasConstantParameters() && isRowOrMap(node))
          .quantized(new QuantRule.FloatOnly("no integer BatchNormalization exists"));

  private static Value load(AtenCall call) {
    if (call.bool("training") || call.isNone("running_mean") || call.isNone("running_var")) {
      throw call.unsupported("batch_norm with the statistics of the batch");
    }
    Value mean = call.tensor("running_mean");
    int channels = mean.type().shape().size(0);
    Value scale =
        call.optionalTensor("weight").orElseGet(() -> filled(call, "weight", channels, 1));
    Value bias = call.optionalTensor("bias").orElseGet(() -> filled(call, "bias", channels, 0));
    return call.node(
        new BatchNormalization(call.number("eps")),
        List.of(call.tensor("input"), scale, bias, mean, call.tensor("running_var")));
  }

  private static boolean isRowOrMap(Node node) {
    int rank = node.output().type().shape().rank();
    return rank == 2 || rank == 4;
  }

  private static void emitTflite(Node node, TfliteOut out) {
    ChannelAffine affine = ChannelAffine.of(node);
    float[] scale = new float[affine.channels()];
    float[] shift = new float[affine.channels()];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = (float) affine.scale(c);
      shift[c] = (float) affine.shift(c);
    }
    Shape shape = Layout.shape(node.output().type().shape());
    int scaled = out.intermediate("scaled", shape, node.output());
    BinaryToTflite.emit(
        BinaryToTflite.Kind.MUL,
        out.activation(node.input(0)),
        out.sharedConstant(node.name() + ".scale", TensorData.of(scale, scale.length)),
        scaled,
        out);
    BinaryToTflite.emit(
        BinaryToTflite.Kind.ADD,
        scaled,
        out.sharedConstant(node.name() + ".shift", TensorData.of(shift, shift.length)),
        out.output(),
        out);
  }

  private static Value loadOnnx(OnnxCall call) {
    if (call.integer("training_mode", 0) != 0 || call.isRead(1)) {
      throw call.unsupported("BatchNormalization with the statistics of the batch");
    }
    return call.node(
        new BatchNormalization(call.number("epsilon", 1e-5)),
        List.of(call.tensor(0), call.weight(1), call.weight(2), call.weight(3), call.weight(4)));
  }

  private static Value filled(AtenCall call, String suffix, int channels, float value) {
    float[] values = new float[channels];
    Arrays.fill(values, value);
    return call.constant(suffix, TensorData.of(values, channels));
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    require(x.rank() >= 2, "BatchNormalization needs [N, C, ...], not " + x);
    for (TensorType t : inputs.subList(1, 5)) {
      require(
          t.shape().equals(Shape.of(x.size(1))), "statistics " + t.shape() + " do not fit " + x);
    }
    return inputs.get(0);
  }
}
