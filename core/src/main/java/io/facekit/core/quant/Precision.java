package io.facekit.core.quant;

/** The precision of a node: of its weights and, for {@link #INT8}, of its activations as well. */
public enum Precision {
  INT8,
  /** Weights stored as float16; computed in float16 only where the target does that. */
  FP16,
  FP32
}
