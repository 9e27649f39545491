package io.facekit.runtime.face;

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
}
