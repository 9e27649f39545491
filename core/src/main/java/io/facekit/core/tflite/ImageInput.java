package io.facekit.core.tflite;

import java.util.List;

/**
 * What a model wants to be given, in TensorFlow Lite's terms: per channel {@code (x - mean) / std}
 * of pixel values from 0 to 255.
 *
 * @param rgb whether channels are red, green, blue; otherwise in another order
 * @param mean one value per channel
 * @param std one value per channel
 * @param words the same for people
 */
public record ImageInput(
    boolean rgb, int height, int width, List<Double> mean, List<Double> std, String words) {
  public ImageInput {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }
}
