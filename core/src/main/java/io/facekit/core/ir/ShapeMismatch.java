package io.facekit.core.ir;

/** Inputs of an op do not fit together. The message holds both numbers. */
public final class ShapeMismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ShapeMismatch(String message) {
    super(message);
  }

  public static void require(boolean condition, String message) {
    if (!condition) {
      throw new ShapeMismatch(message);
    }
  }
}
