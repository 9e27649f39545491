package io.facekit.runtime.face;

import io.facekit.runtime.face.JpegHeader.Encoding;

/**
 * JPEG components to RGB in libjpeg's integer arithmetic (jdcolor.c), so that pixels equal those of
 * the programs that models are trained with.
 */
final class JpegColor {
  private static final int[] CR_TO_RED = new int[256];
  private static final int[] CB_TO_BLUE = new int[256];
  private static final int[] CR_TO_GREEN = new int[256];
  private static final int[] CB_TO_GREEN = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      CR_TO_RED[i] = (fixed(1.40200) * x + 32768) >> 16;
      CB_TO_BLUE[i] = (fixed(1.77200) * x + 32768) >> 16;
      CR_TO_GREEN[i] = -fixed(0.71414) * x;
      CB_TO_GREEN[i] = -fixed(0.34414) * x + 32768;
    }
  }

  private JpegColor() {}

  private static int fixed(double factor) {
    return (int) (factor * 65536 + 0.5);
  }

  /**
   * Converts one row.
   *
   * @param samples interleaved components; the first three are changed where they encode luma
   * @param rgb receives three bytes a pixel from {@code offset} on
   */
  static void row(Encoding encoding, int[] samples, int width, byte[] rgb, int offset) {
    switch (encoding) {
      case GREY -> {
        for (int x = 0; x < width; x++) {
          int at = offset + x * 3;
          rgb[at] = rgb[at + 1] = rgb[at + 2] = (byte) samples[x];
        }
      }
      case RGB -> copy(samples, 3, width, rgb, offset);
      case YCC -> {
        decodeLuma(samples, 3, width);
        copy(samples, 3, width, rgb, offset);
      }
      case CMYK -> ink(samples, width, rgb, offset, 255);
      case CMYK_INVERTED -> ink(samples, width, rgb, offset, 0);
      case YCCK_INVERTED -> {
        // The luma encodes the complement of the stored inks, which are inverted themselves.
        decodeLuma(samples, 4, width);
        for (int i = 0; i < width * 4; i += 4) {
          samples[i] ^= 255;
          samples[i + 1] ^= 255;
          samples[i + 2] ^= 255;
        }
        ink(samples, width, rgb, offset, 0);
      }
    }
  }

  private static void copy(int[] samples, int step, int width, byte[] rgb, int offset) {
    for (int x = 0; x < width; x++) {
      for (int c = 0; c < 3; c++) {
        rgb[offset + x * 3 + c] = (byte) samples[x * step + c];
      }
    }
  }

  private static void decodeLuma(int[] samples, int step, int width) {
    for (int i = 0; i < width * step; i += step) {
      int y = samples[i];
      int cb = samples[i + 1];
      int cr = samples[i + 2];
      samples[i] = clamp(y + CR_TO_RED[cr]);
      samples[i + 1] = clamp(y + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> 16));
      samples[i + 2] = clamp(y + CB_TO_BLUE[cb]);
    }
  }

  /** The plain rule without a profile: light left by the ink times light left by black. */
  private static void ink(int[] samples, int width, byte[] rgb, int offset, int flip) {
    for (int x = 0; x < width; x++) {
      int black = samples[x * 4 + 3] ^ flip;
      for (int c = 0; c < 3; c++) {
        int light = samples[x * 4 + c] ^ flip;
        rgb[offset + x * 3 + c] = (byte) ((light * black + 127) / 255);
      }
    }
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(value, 255));
  }
}
