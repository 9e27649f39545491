package io.facekit.core.op;

import io.facekit.core.ir.Value;
import io.facekit.core.quant.QuantRule;
import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;

/** The mean along some axes, which stay with size 1. */
public record ReduceMean(List<Integer> axes) implements Reduction {
  private static final int AXES_ARE_INPUT = 18;

  static final OpDef<ReduceMean> DEF =
      OpDef.of(ReduceMean.class)
          .fromAten(
              "aten::mean(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType?"
                  + " dtype=None)",
              call -> load(Reduction.Request.of(call)))
          .fromAten(
              "aten::layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor?"
                  + " bias=None, float eps=1e-05, bool cudnn_enable=True)",
              Standardize::loadLayerNorm)
          .fromAten(
              "aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor?"
                  + " bias=None, float eps=1e-05, bool cudnn_enabled=True)",
              Standardize::loadGroupNorm)
          .fromAten(
              "aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor?"
                  + " running_mean, Tensor? running_var, bool use_input_stats, float momentum,"
                  + " float eps, bool cudnn_enabled)",
              Standardize::loadInstanceNorm)
          .fromOnnx("ReduceMean", call -> load(Reduction.Request.of(call)))
          .fromOnnx("LayerNormalization", Standardize::loadOnnxLayerNorm)
          .fromOnnx("GroupNormalization", Standardize::loadOnnxGroupNorm)
          .fromOnnx("InstanceNormalization", Standardize::loadOnnxInstanceNorm)
          .fromText(t -> new ReduceMean(t.integers("axes")))
          .toOnnx((op, node, out) -> Reduction.emitOnnx(op, AXES_ARE_INPUT, out))
          .toTflite(
              (op, node, out) -> Reduction.emitTflite(op, (byte) BuiltinOperator.MEAN, node, out))
          .quantized(new QuantRule.FloatOnly("ONNX Runtime has no integer ReduceMean"));

  public ReduceMean {
    axes = List.copyOf(axes);
  }

  /** The mean of a whole map is an average pool. */
  private static Value load(Reduction.Request request) {
    return request.reduced(
        request.isOfMap()
            ? AveragePool.global(request.x().type().shape())
            : new ReduceMean(request.axes()));
  }
}
