package io.facekit.quantize.calibrate;

import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.PreprocessingPreset;
import java.nio.file.Path;

/** The project's own faces, as inputs [3, 112, 112]. */
public final class SampleFaces {
  private static final FaceSet ALL = FaceSet.scan(Path.of("..", "calibration-data"));

  private SampleFaces() {}

  /** Some that are spread over all. */
  public static FaceLoader some(int n) {
    return loader(ALL.sample(n));
  }

  /** Others than {@link #some}, mostly. */
  public static FaceLoader last(int identities) {
    return loader(ALL.lastIdentities(identities));
  }

  private static FaceLoader loader(FaceSet set) {
    return new FaceLoader(set, PreprocessingPreset.FACEPLUGIN.preprocessing(), 1);
  }
}
