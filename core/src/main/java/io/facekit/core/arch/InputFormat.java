package io.facekit.core.arch;

import java.util.Collections;
import java.util.List;

/**
 * How the code that an architecture comes from turns 8-bit face crops into its input: per channel
 * {@code (x * scale - mean) / std}, NCHW.
 *
 * @param preset the name of the preprocessing preset that says the same
 * @param bgr whether the first channel is blue
 * @param scale 1 for pixel values in 0..255, 1/255 for models trained on 0..1
 * @param mean one value per channel, in the model's order
 * @param std likewise; not 0
 */
public record InputFormat(
    String preset, boolean bgr, double scale, List<Double> mean, List<Double> std) {
  static final InputFormat INSIGHTFACE = of("insightface", false, 1, 127.5, 127.5);
  static final InputFormat FACEPLUGIN = of("faceplugin", false, 1, 127, 128);
  static final InputFormat XIAOCCER = of("xiaoccer", false, 1, 127.5, 128);
  static final InputFormat TREB1EN = of("treb1en", true, 1 / 255.0, 0.5, 0.5);

  /** face.evoLVe's too. */
  static final InputFormat CAVAFACE = of("cavaface", false, 1 / 255.0, 0.5, 0.5);

  static final InputFormat FACEX_ZOO = of("facex-zoo", true, 1, 127.5, 128);
  static final InputFormat FOAMLIU =
      new InputFormat(
          "foamliu", false, 1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  public InputFormat {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  private static InputFormat of(String preset, boolean bgr, double scale, double mean, double std) {
    return new InputFormat(
        preset, bgr, scale, Collections.nCopies(3, mean), Collections.nCopies(3, std));
  }
}
