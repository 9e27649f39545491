package io.facekit.core.ir;

import java.util.List;

/**
 * What a node computes: a record whose components are the attributes, so that equality and printing
 * come free.
 */
public interface Op {
  /** The type name, spelled as ONNX spells it where ONNX has the op. */
  default String type() {
    return getClass().getSimpleName();
  }

  /**
   * The type of the output.
   *
   * @param inputs one type per input; optional trailing inputs may be missing
   * @throws ShapeMismatch if the inputs do not fit together
   */
  TensorType infer(List<TensorType> inputs);
}
