package io.facekit.runtime.face;

import java.util.List;

/** Decoded faces, ready for a runner. */
public final class FaceBatch {
  private final List<Face> faces;
  private final float[] input;

  FaceBatch(List<Face> faces, float[] input) {
    this.faces = List.copyOf(faces);
    this.input = input;
  }

  public List<Face> faces() {
    return faces;
  }

  public int size() {
    return faces.size();
  }

  /** {@code [size, 3, H, W]}, row-major; not a copy. */
  public float[] input() {
    return input;
  }
}
