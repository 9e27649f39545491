package io.facekit.runtime.face;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.util.List;

/**
 * How an 8-bit face crop becomes the model's input: channel order, then per channel {@code (x *
 * scale - mean) / std}, NCHW. The same record drives calibration, drift and the metadata of every
 * artifact.
 *
 * @param height of the model's input, in pixels
 * @param width of the model's input, in pixels
 * @param scale 1 for pixel values in 0..255, 1/255 for models trained on 0..1
 * @param mean three values, in the order of {@code channels}
 * @param std three values, in the order of {@code channels}; not 0
 */
public record Preprocessing(
    int height,
    int width,
    Channels channels,
    double scale,
    List<Double> mean,
    List<Double> std,
    Fit fit) {

  /** Channel order of the model's input. */
  public enum Channels {
    RGB,
    BGR
  }

  /** What happens to an image that does not have the model's size. */
  public enum Fit {
    /** An image that is larger is cropped around its centre; a smaller one is an error. */
    CROP,
    /** The image is resized (bilinear), which changes the alignment of the face. */
    RESIZE
  }

  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** The same for a model whose input has another size. */
  public Preprocessing sized(int newHeight, int newWidth) {
    return new Preprocessing(newHeight, newWidth, channels, scale, mean, std, fit);
  }

  /** Whether a pixel becomes the same numbers by both. */
  public boolean sameValues(Preprocessing other) {
    return channels == other.channels
        && scale == other.scale
        && mean.equals(other.mean)
        && std.equals(other.std);
  }

  /** For example {@code 112x112 RGB, (x - 127.5) / 128, NCHW}. */
  public String inWords() {
    String pixel =
        scale == 1
            ? "x"
            : 1 / scale == Math.rint(1 / scale)
                ? "x / " + number(1 / scale)
                : "x * " + number(scale);
    String shifted = isAll(mean, 0) ? pixel : "(" + pixel + " - " + perChannel(mean) + ")";
    String scaled = isAll(std, 1) ? shifted : shifted + " / " + perChannel(std);
    return height + "x" + width + " " + channels + ", " + scaled + ", NCHW";
  }

  private static boolean isAll(List<Double> values, double wanted) {
    return values.stream().allMatch(v -> v == wanted);
  }

  private static String perChannel(List<Double> values) {
    return isAll(values, values.get(0))
        ? number(values.get(0))
        : values.stream().map(Preprocessing::number).collect(joining(", ", "[", "]"));
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
