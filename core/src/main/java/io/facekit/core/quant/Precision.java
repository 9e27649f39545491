package io.facekit.core.quant;

import java.util.Locale;

/** The precision of a node: of its weights and, for {@link #INT8}, of its activations as well. */
public enum Precision {
  INT8,
  /** Weights stored as int8 with one scale per output channel; computed in float. */
  INT8_WEIGHTS,
  /** Weights stored as float16; computed in float16 only where the target does that. */
  FP16,
  FP32;

  /** The name in recipes and file names, for example {@code int8-weights}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @param id as {@link #id()} gives it
   */
  public static Precision ofId(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
