package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.runtime.face.FaceBatch;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.ImageTensor;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.file.WorkFolder;
import io.facekit.runtime.run.Runner.ImageSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/** The images on which an artifact is compared with PyTorch: one batch of faces, one of noise. */
final class Probe {
  /** The size of either batch. */
  static final int IMAGES = 5;

  private static final long SEED = 20;

  private static final int PIXEL_VALUES = 256;

  private final float[] faces;
  private final float[] noise;

  private Probe(float[] faces, float[] noise) {
    this.faces = faces;
    this.noise = noise;
  }

  /** Faces of a folder, or the five synthetic ones that facekit brings, and seeded noise. */
  static Probe of(SourceModel model, Preprocessing preprocessing, Optional<Path> folder) {
    ImageSize size = model.size();
    float[] faces = new float[IMAGES * size.elements()];
    if (folder.isPresent()) {
      FaceSet set = FaceSet.scan(folder.get()).sample(IMAGES);
      try (FaceLoader loader = new FaceLoader(set, preprocessing, 1)) {
        FaceBatch batch = loader.next(IMAGES).orElseThrow();
        for (int i = 0; i < IMAGES; i++) {
          int from = i % batch.size() * size.elements();
          System.arraycopy(batch.input(), from, faces, i * size.elements(), size.elements());
        }
      }
    } else {
      for (int i = 0; i < IMAGES; i++) {
        float[] face = sample(preprocessing, String.format(Locale.ROOT, "probe-%d.jpg", i));
        System.arraycopy(face, 0, faces, i * size.elements(), size.elements());
      }
    }
    SplittableRandom random = new SplittableRandom(SEED);
    float[] noise = new float[IMAGES * size.elements()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] =
          model.takesBytes() ? random.nextInt(PIXEL_VALUES) : (float) (random.nextDouble() * 2 - 1);
    }
    return new Probe(faces, noise);
  }

  /** {@code [5, C, H, W]}. */
  float[] faces() {
    return faces;
  }

  /** {@code [5, C, H, W]}, uniform in -1..1, or in 0..255 for a model of pixels. */
  float[] noise() {
    return noise;
  }

  /** Images {@code from} to {@code to} of a batch. */
  static float[] part(float[] batch, int from, int to) {
    int elements = batch.length / IMAGES;
    return Arrays.copyOfRange(batch, from * elements, to * elements);
  }

  private static float[] sample(Preprocessing preprocessing, String name) {
    try (WorkFolder folder = WorkFolder.create();
        InputStream in = Objects.requireNonNull(Probe.class.getResourceAsStream(name))) {
      Path file = folder.path().resolve(name);
      Files.copy(in, file);
      return new ImageTensor(preprocessing).read(file, name);
    } catch (IOException e) {
      throw Problem.of(ErrorId.OUTPUT_FAILED, "the temporary folder cannot be used").asException(e);
    }
  }
}
