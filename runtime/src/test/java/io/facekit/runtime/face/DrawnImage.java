package io.facekit.runtime.face;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images of seeded noise. */
final class DrawnImage {
  private DrawnImage() {}

  /**
   * @param type one of {@link BufferedImage}'s
   */
  static BufferedImage noise(int width, int height, int type, long seed) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(seed);
    int bands = image.getRaster().getNumBands();
    int max = (1 << image.getColorModel().getComponentSize(0)) - 1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int b = 0; b < bands; b++) {
          image.getRaster().setSample(x, y, b, random.nextInt(max + 1));
        }
      }
    }
    return image;
  }

  static Path write(BufferedImage image, String format, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new IOException("no writer for " + format);
    }
    return file;
  }
}
