package io.facekit.quantize.job;

/**
 * Height and width of one input image, where the model itself does not say.
 *
 * @param height in pixels, positive
 * @param width in pixels, positive
 */
public record InputSize(int height, int width) {
  @Override
  public String toString() {
    return height + "x" + width;
  }
}
