package io.facekit.core.onnx;

import io.facekit.core.tensor.TensorData;
import java.util.List;

/** The value of a node's attribute. */
public sealed interface OnnxAttribute {
  record Int(long value) implements OnnxAttribute {}

  record FloatNumber(float value) implements OnnxAttribute {}

  record Text(String value) implements OnnxAttribute {}

  record Tensor(TensorData data) implements OnnxAttribute {}

  record Ints(List<Long> values) implements OnnxAttribute {
    public Ints {
      values = List.copyOf(values);
    }
  }

  record Floats(List<Float> values) implements OnnxAttribute {
    public Floats {
      values = List.copyOf(values);
    }
  }

  /**
   * A kind that no modelled operator has.
   *
   * @param kind as onnx.proto spells it, for example {@code STRINGS}
   */
  record Other(String kind) implements OnnxAttribute {}
}
