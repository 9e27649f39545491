package io.facekit.core.op;

import org.tensorflow.lite.schema.BuiltinOptionsUnion;

/** Options of TFLite operators. */
final class Builtin {
  private Builtin() {}

  /**
   * @param type a constant of {@link org.tensorflow.lite.schema.BuiltinOptions}
   */
  static BuiltinOptionsUnion options(byte type, Object value) {
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(type);
    union.setValue(value);
    return union;
  }
}
