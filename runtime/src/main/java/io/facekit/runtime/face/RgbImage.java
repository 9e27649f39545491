package io.facekit.runtime.face;

/** A decoded image: 8-bit RGB, interleaved, row-major, no padding. */
final class RgbImage {
  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * @param rgb {@code height * width * 3} bytes; not copied
   */
  RgbImage(int width, int height, byte[] rgb) {
    if (rgb.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
      throw new IllegalArgumentException(width + "x" + height + " pixels in " + rgb.length);
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The sample of a channel (0 red, 1 green, 2 blue), in 0..255. */
  int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xff;
  }

  /** The part of the given size around the centre; odd margins are smaller on the left and top. */
  RgbImage centre(int cropWidth, int cropHeight) {
    if (cropWidth == width && cropHeight == height) {
      return this;
    }
    int left = (width - cropWidth) / 2;
    int top = (height - cropHeight) / 2;
    byte[] out = new byte[cropWidth * cropHeight * 3];
    for (int y = 0; y < cropHeight; y++) {
      System.arraycopy(rgb, ((top + y) * width + left) * 3, out, y * cropWidth * 3, cropWidth * 3);
    }
    return new RgbImage(cropWidth, cropHeight, out);
  }

  /**
   * Bilinear with half-pixel centres and clamped edges, without smoothing before reduction, rounded
   * to 8 bits: {@code INTER_LINEAR} of OpenCV up to its fixed-point rounding.
   */
  RgbImage resize(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    byte[] out = new byte[newWidth * newHeight * 3];
    for (int y = 0; y < newHeight; y++) {
      double v = clamp((y + 0.5) * height / newHeight - 0.5, height - 1);
      int y0 = (int) v;
      int y1 = Math.min(y0 + 1, height - 1);
      double fy = v - y0;
      for (int x = 0; x < newWidth; x++) {
        double u = clamp((x + 0.5) * width / newWidth - 0.5, width - 1);
        int x0 = (int) u;
        int x1 = Math.min(x0 + 1, width - 1);
        double fx = u - x0;
        for (int c = 0; c < 3; c++) {
          double top = sample(x0, y0, c) * (1 - fx) + sample(x1, y0, c) * fx;
          double bottom = sample(x0, y1, c) * (1 - fx) + sample(x1, y1, c) * fx;
          out[(y * newWidth + x) * 3 + c] = (byte) Math.round(top * (1 - fy) + bottom * fy);
        }
      }
    }
    return new RgbImage(newWidth, newHeight, out);
  }

  private static double clamp(double value, int max) {
    return Math.max(0, Math.min(value, max));
  }
}
