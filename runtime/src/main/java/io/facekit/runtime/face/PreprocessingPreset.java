package io.facekit.runtime.face;

import io.facekit.runtime.face.Preprocessing.Channels;
import io.facekit.runtime.face.Preprocessing.Fit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Named preprocessing of the known sources of MobileFaceNet models. */
public enum PreprocessingPreset {
  INSIGHTFACE("insightface", 112, 112, Channels.RGB, 1, 127.5, 127.5),
  MOBILEFACENET("mobilefacenet", 112, 112, Channels.RGB, 1, 127.5, 128),
  FACEPLUGIN("faceplugin", 112, 112, Channels.RGB, 1, 127, 128),
  FOAMLIU(
      "foamliu",
      new Preprocessing(
          112,
          112,
          Channels.RGB,
          1 / 255.0,
          List.of(0.485, 0.456, 0.406),
          List.of(0.229, 0.224, 0.225),
          Fit.CROP)),
  XIAOCCER("xiaoccer", 112, 96, Channels.RGB, 1, 127.5, 128),
  TREB1EN("treb1en", 112, 112, Channels.BGR, 1 / 255.0, 0.5, 0.5),
  CAVAFACE("cavaface", 112, 112, Channels.RGB, 1 / 255.0, 0.5, 0.5),
  FACEX_ZOO("facex-zoo", 112, 112, Channels.BGR, 1, 127.5, 128),
  /** Pixel values 0..255, for models that normalise inside the graph. */
  RAW("raw", 112, 112, Channels.RGB, 1, 0, 1);

  private final String presetName;
  private final Preprocessing preprocessing;

  PreprocessingPreset(String presetName, Preprocessing preprocessing) {
    this.presetName = presetName;
    this.preprocessing = preprocessing;
  }

  PreprocessingPreset(
      String presetName,
      int height,
      int width,
      Channels channels,
      double scale,
      double mean,
      double std) {
    this(
        presetName,
        new Preprocessing(
            height,
            width,
            channels,
            scale,
            Collections.nCopies(3, mean),
            Collections.nCopies(3, std),
            Fit.CROP));
  }

  /** The name that a recipe uses, for example {@code facex-zoo}. */
  public String presetName() {
    return presetName;
  }

  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The preset of that exact name. */
  public static Optional<PreprocessingPreset> named(String name) {
    return Arrays.stream(values()).filter(p -> p.presetName.equals(name)).findFirst();
  }

  /** All names, in the order of declaration. */
  public static List<String> names() {
    return Arrays.stream(values()).map(PreprocessingPreset::presetName).toList();
  }
}
