package io.facekit.core.op;

import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.tensor.TensorData;
import java.util.List;

/** An activation that is a part of another op, applied to its output. */
public enum Activation {
  NONE,
  RELU,
  RELU6;

  /** Writes the node of an op that ends with this activation. */
  void emit(OnnxOut out, String type, List<String> inputs, OnnxAttributes attributes) {
    switch (this) {
      case NONE -> out.node(type, inputs, attributes);
      case RELU -> {
        String linear = out.intermediate("linear", type, inputs, attributes);
        out.node("Relu", List.of(linear), OnnxAttributes.none());
      }
      case RELU6 -> {
        String linear = out.intermediate("linear", type, inputs, attributes);
        String zero = out.sharedConstant("zero", TensorData.of(new float[] {0}));
        String six = out.sharedConstant("six", TensorData.of(new float[] {6}));
        out.node("Clip", List.of(linear, zero, six), OnnxAttributes.none());
      }
    }
  }
}
