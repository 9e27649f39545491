package io.facekit.runtime.face;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.runtime.face.Preprocessing.Channels;
import io.facekit.runtime.face.Preprocessing.Fit;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Image files to model input by one {@link Preprocessing}. Every value is computed in double and
 * rounded once to float. Thread-safe.
 */
public final class ImageTensor {
  private final Preprocessing preprocessing;
  private final float[][] table = new float[3][256];

  public ImageTensor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    for (int c = 0; c < 3; c++) {
      double mean = preprocessing.mean().get(c);
      double std = preprocessing.std().get(c);
      for (int x = 0; x < 256; x++) {
        table[c][x] = (float) ((x * preprocessing.scale() - mean) / std);
      }
    }
  }

  /** Number of floats of one image. */
  public int elements() {
    return Math.multiplyExact(3, Math.multiplyExact(preprocessing.height(), preprocessing.width()));
  }

  /**
   * Decodes one image.
   *
   * @param name what errors call the file
   * @return {@code [3, H, W]}, row-major
   * @throws FacekitException DATA_IMAGE if the file is no readable image, DATA_SIZE if it is
   *     smaller than the model's input and {@link Fit#CROP} is asked for
   */
  public float[] read(Path file, String name) {
    float[] out = new float[elements()];
    write(fit(decode(file, name), name), out, 0);
    return out;
  }

  private static RgbImage decode(Path file, String name) {
    try {
      return ImageDecoder.decode(file);
    } catch (IOException | OutOfMemoryError e) {
      throw Problem.of(ErrorId.DATA_IMAGE, "the image cannot be decoded")
          .at(name)
          .found(reason(e))
          .asException(e);
    }
  }

  private static String reason(Throwable e) {
    if (e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError) {
      return "more pixels than memory";
    }
    if (e instanceof java.nio.file.FileSystemException) {
      return "unreadable file (" + e.getClass().getSimpleName() + ")";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private RgbImage fit(RgbImage image, String name) {
    int width = preprocessing.width();
    int height = preprocessing.height();
    if (preprocessing.fit() == Fit.RESIZE) {
      return image.resize(width, height);
    }
    if (image.width() < width || image.height() < height) {
      throw Problem.of(
              ErrorId.DATA_SIZE,
              "the image is smaller than the model's input of " + width + "x" + height)
          .at(name)
          .found(image.width() + "x" + image.height())
          .hint("align the faces to " + width + "x" + height + ", or ask for resizing")
          .asException();
    }
    return image.centre(width, height);
  }

  private void write(RgbImage image, float[] out, int offset) {
    boolean bgr = preprocessing.channels() == Channels.BGR;
    int at = offset;
    for (int c = 0; c < 3; c++) {
      int channel = bgr ? 2 - c : c;
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          out[at++] = table[c][image.sample(x, y, channel)];
        }
      }
    }
  }
}
