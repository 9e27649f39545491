package io.facekit.runtime.face;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Files to 8-bit RGB: JPEG, PNG and BMP, told apart by content. Colour profiles, gamma and EXIF
 * rotation are ignored, as the usual training pipelines do. Grey is repeated, 16-bit samples are
 * scaled to 8, transparent pixels are composited on black. Sizes are checked before decoding.
 */
final class ImageDecoder {
  /** Pixels that one image may have. */
  static final long MAX_PIXELS = 64_000_000;

  /** Bytes that one file may have. */
  static final long MAX_FILE_BYTES = 256L << 20;

  private ImageDecoder() {}

  /**
   * @throws IOException if the file cannot be read or its content is no image within the limits;
   *     the message is one line fit for a report
   */
  static RgbImage decode(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_FILE_BYTES) {
      throw new IOException("file of " + size + " bytes, at most " + MAX_FILE_BYTES);
    }
    return decode(Files.readAllBytes(file));
  }

  static RgbImage decode(byte[] file) throws IOException {
    try {
      if (startsWith(file, 0xff, 0xd8, 0xff)) {
        return jpeg(file);
      } else if (startsWith(file, 0x89, 'P', 'N', 'G')) {
        return other(file, "png");
      } else if (startsWith(file, 'B', 'M')) {
        return other(file, "bmp");
      }
    } catch (RuntimeException e) {
      // The readers meet damaged files with all kinds of unchecked exceptions.
      throw new IOException("damaged image (" + e.getClass().getSimpleName() + ")", e);
    }
    throw new IOException(file.length == 0 ? "empty file" : "not a JPEG, PNG or BMP image");
  }

  private static RgbImage jpeg(byte[] file) throws IOException {
    JpegHeader header = JpegHeader.parse(file);
    checkSize(header.width(), header.height());
    ImageReader reader = reader("jpeg");
    List<String> warnings = new ArrayList<>();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, null);
      for (String warning : warnings) {
        if (warning.startsWith("Premature") || warning.startsWith("Corrupt")) {
          throw new IOException("damaged JPEG data");
        }
      }
      byte[] rgb = new byte[raster.getWidth() * raster.getHeight() * 3];
      int width = raster.getWidth();
      int[] row = new int[width * raster.getNumBands()];
      for (int y = 0; y < raster.getHeight(); y++) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
        JpegColor.row(header.encoding(), row, width, rgb, y * width * 3);
      }
      return new RgbImage(width, raster.getHeight(), rgb);
    } finally {
      reader.dispose();
    }
  }

  private static RgbImage other(byte[] file, String format) throws IOException {
    ImageReader reader = reader(format);
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      checkSize(reader.getWidth(0), reader.getHeight(0));
      return toRgb(reader.read(0));
    } finally {
      reader.dispose();
    }
  }

  private static void checkSize(int width, int height) throws IOException {
    if (width <= 0 || height <= 0 || (long) width * height > MAX_PIXELS) {
      throw new IOException(width + "x" + height + " pixels, at most " + MAX_PIXELS);
    }
  }

  /** The JDK's own reader: which other plugins are around must not change a pixel. */
  private static ImageReader reader(String format) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.plugins.")) {
        return reader;
      }
    }
    throw new IOException("this Java runtime cannot read " + format);
  }

  private static RgbImage toRgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    if (hasPlainSamples(image.getColorModel())) {
      readSamples(image, rgb);
    } else {
      int[] row = new int[width];
      for (int y = 0; y < height; y++) {
        image.getRGB(0, y, width, 1, row, 0, width);
        for (int x = 0; x < width; x++) {
          int alpha = row[x] >>> 24;
          for (int c = 0; c < 3; c++) {
            int value = (row[x] >> (16 - 8 * c)) & 0xff;
            rgb[(y * width + x) * 3 + c] = (byte) over(value, alpha, 255);
          }
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** Samples that are read as they are: getRGB would apply the gamma of a grey colour space. */
  private static boolean hasPlainSamples(ColorModel model) {
    int space = model.getColorSpace().getType();
    int type = model.getTransferType();
    return model instanceof ComponentColorModel
        && (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB)
        && !model.isAlphaPremultiplied()
        && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
  }

  private static void readSamples(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    ColorModel model = image.getColorModel();
    int colours = model.getNumColorComponents();
    int bands = model.getNumComponents();
    int max = (1 << model.getComponentSize(0)) - 1;
    int[] row = new int[width * bands];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRaster().getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int alpha = model.hasAlpha() ? row[x * bands + bands - 1] : max;
        for (int c = 0; c < 3; c++) {
          int value = row[x * bands + (colours == 1 ? 0 : c)];
          rgb[(y * width + x) * 3 + c] = (byte) over(value, alpha, max);
        }
      }
    }
  }

  /** A sample in {@code 0..max} with that opacity on black, in 0..255, rounded to nearest. */
  private static int over(int value, int alpha, int max) {
    long whole = (long) max * max;
    return (int) (((long) value * alpha * 255 + whole / 2) / whole);
  }

  private static boolean startsWith(byte[] file, int... magic) {
    if (file.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((file[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
