package io.facekit.runtime.run;

import java.util.List;

/** Several outputs of one batch as one row per image. */
final class OutputRows {
  private OutputRows() {}

  /**
   * @param outputs each {@code [batch, ...]}, row-major
   */
  static float[] join(List<float[]> outputs, int batch) {
    if (outputs.size() == 1) {
      return outputs.get(0);
    }
    int width = outputs.stream().mapToInt(o -> o.length / batch).sum();
    float[] rows = new float[Math.multiplyExact(width, batch)];
    int at = 0;
    for (float[] output : outputs) {
      int part = output.length / batch;
      for (int n = 0; n < batch; n++) {
        System.arraycopy(output, n * part, rows, n * width + at, part);
      }
      at += part;
    }
    return rows;
  }

  /**
   * A map that was {@code [batch, H, W, C]} as {@code [batch, C, H, W]}; other shapes as they are.
   */
  static float[] toNchw(float[] values, int[] shape) {
    if (shape.length != 4) {
      return values;
    }
    int pixels = shape[1] * shape[2];
    int channels = shape[3];
    if (pixels == 1 || channels == 1) {
      return values;
    }
    float[] moved = new float[values.length];
    for (int image = 0; image < values.length; image += pixels * channels) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          moved[image + c * pixels + p] = values[image + p * channels + c];
        }
      }
    }
    return moved;
  }
}
