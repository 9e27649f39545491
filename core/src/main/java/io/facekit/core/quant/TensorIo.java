package io.facekit.core.quant;

import java.util.Locale;

/** The element type of the inputs and outputs of an integer TFLite model. */
public enum TensorIo {
  /** Quantized after the input and dequantized before the output. */
  FLOAT32,
  /** The codes themselves. */
  INT8,
  /** The codes with 128 added, as old runtimes want them. */
  UINT8;

  /** The name in recipes and on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param id as {@link #id()} gives it
   */
  public static TensorIo ofId(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }
}
