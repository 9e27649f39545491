package io.facekit.core.tensor;

/** Element types of tensors. */
public enum DType {
  FLOAT32("f32", 4),
  FLOAT16("f16", 2),
  BFLOAT16("bf16", 2),
  FLOAT64("f64", 8),
  INT8("i8", 1),
  UINT8("u8", 1),
  INT16("i16", 2),
  INT32("i32", 4),
  INT64("i64", 8),
  BOOL("bool", 1);

  private final String shortName;
  private final int sizeBytes;

  DType(String shortName, int sizeBytes) {
    this.shortName = shortName;
    this.sizeBytes = sizeBytes;
  }

  public String shortName() {
    return shortName;
  }

  public int sizeBytes() {
    return sizeBytes;
  }

  public boolean isFloat() {
    return this == FLOAT32 || this == FLOAT16 || this == BFLOAT16 || this == FLOAT64;
  }
}
