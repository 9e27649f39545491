package io.facekit.runtime.worker;

import java.io.IOException;

/** What the model's input is made of. */
public enum ElementType {
  /** Float16 if the model's parameters are, else float32. */
  OF_PARAMETERS('p'),
  FLOAT32('f'),
  FLOAT16('h'),
  /** Pixel values; floats are rounded to nearest. */
  UINT8('b');

  private final byte code;

  ElementType(char code) {
    this.code = (byte) code;
  }

  /** What stands for it in a {@link Frame}. */
  byte code() {
    return code;
  }

  static ElementType of(int code) throws IOException {
    for (ElementType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IOException("damaged frame");
  }
}
