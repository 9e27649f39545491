package io.facekit.runtime.face;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the markers before the first scan of a JPEG file say about its samples.
 *
 * @param encoding how the components encode colour, by libjpeg's rules (jdapimin.c, {@code
 *     default_decompress_parms})
 */
record JpegHeader(int width, int height, Encoding encoding) {
  /** Meaning of the components. */
  enum Encoding {
    GREY,
    RGB,
    YCC,
    CMYK,
    /** CMYK stored inverted, as Adobe's programs write it. */
    CMYK_INVERTED,
    /** Inverted CMYK whose first three components are encoded as luma and chroma. */
    YCCK_INVERTED
  }

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;

  /**
   * @throws IOException if there is no complete frame header
   */
  static JpegHeader parse(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file);
    boolean jfif = false;
    int adobe = -1;
    in.position(2);
    while (in.hasRemaining()) {
      int marker = nextMarker(in);
      if (marker == EOI || marker == SOS) {
        break;
      }
      if (marker == SOI || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        continue;
      }
      if (in.remaining() < 2) {
        break;
      }
      int length = in.getShort(in.position()) & 0xffff;
      if (length < 2 || length > in.remaining()) {
        break;
      }
      ByteBuffer segment = in.slice(in.position() + 2, length - 2);
      in.position(in.position() + length);
      if (marker == APP0) {
        jfif |= startsWith(segment, "JFIF\0");
      } else if (marker == APP14 && startsWith(segment, "Adobe") && segment.limit() >= 12) {
        adobe = segment.get(11) & 0xff;
      } else if (isFrame(marker)) {
        return frame(segment, jfif, adobe);
      }
    }
    throw new IOException("no JPEG frame header");
  }

  private static int nextMarker(ByteBuffer in) throws IOException {
    // Like libjpeg: bytes before 0xff are skipped, and 0xff may be repeated.
    while (in.hasRemaining()) {
      if ((in.get() & 0xff) != 0xff) {
        continue;
      }
      int marker = 0xff;
      while (marker == 0xff && in.hasRemaining()) {
        marker = in.get() & 0xff;
      }
      if (marker != 0 && marker != 0xff) {
        return marker;
      }
    }
    throw new IOException("no JPEG frame header");
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static JpegHeader frame(ByteBuffer segment, boolean jfif, int adobe) throws IOException {
    if (segment.limit() < 6) {
      throw new IOException("damaged JPEG frame header");
    }
    int precision = segment.get() & 0xff;
    int height = segment.getShort() & 0xffff;
    int width = segment.getShort() & 0xffff;
    int components = segment.get() & 0xff;
    if (precision != 8) {
      throw new IOException("JPEG with " + precision + " bits a sample");
    }
    if (width == 0 || height == 0 || segment.remaining() < components * 3) {
      throw new IOException("damaged JPEG frame header");
    }
    Encoding encoding =
        switch (components) {
          case 1 -> Encoding.GREY;
          case 3 -> threeComponents(segment, jfif, adobe);
          case 4 ->
              switch (adobe) {
                case -1 -> Encoding.CMYK;
                case 0 -> Encoding.CMYK_INVERTED;
                default -> Encoding.YCCK_INVERTED;
              };
          default -> throw new IOException("JPEG with " + components + " components");
        };
    return new JpegHeader(width, height, encoding);
  }

  private static Encoding threeComponents(ByteBuffer segment, boolean jfif, int adobe) {
    if (jfif) {
      return Encoding.YCC;
    }
    if (adobe >= 0) {
      return adobe == 0 ? Encoding.RGB : Encoding.YCC;
    }
    int first = segment.position();
    boolean named =
        segment.get(first) == 'R' && segment.get(first + 3) == 'G' && segment.get(first + 6) == 'B';
    return named ? Encoding.RGB : Encoding.YCC;
  }

  private static boolean startsWith(ByteBuffer segment, String text) {
    if (segment.limit() < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (segment.get(i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
