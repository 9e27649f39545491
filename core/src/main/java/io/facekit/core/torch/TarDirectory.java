package io.facekit.core.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The regular files in a tar archive (POSIX.1-1988 ustar, as Python's {@code tarfile} writes it).
 * Nothing is unpacked to a disk; links and folders are passed over.
 */
final class TarDirectory {
  private static final int BLOCK = 512;
  private static final int MOST_ENTRIES = 10_000;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;

  private final ByteBuffer file;
  private final String name;
  private final Map<String, ByteBuffer> entries = new LinkedHashMap<>();

  private TarDirectory(ByteBuffer file, String name) {
    this.file = file;
    this.name = name;
  }

  /** Whether bytes start with a tar header. */
  static boolean isTar(ByteBuffer bytes) {
    return bytes.limit() >= BLOCK && ascii(bytes, MAGIC_AT, 5).equals("ustar");
  }

  /** Errors: CHECKPOINT_MALFORMED. */
  static TarDirectory read(ByteBuffer file, String name) {
    TarDirectory directory = new TarDirectory(file, name);
    directory.scan();
    return directory;
  }

  boolean has(String entry) {
    return entries.containsKey(entry);
  }

  /** The contents of an entry, from position 0, little-endian. */
  ByteBuffer entry(String entry) {
    @Nullable ByteBuffer content = entries.get(entry);
    if (content == null) {
      throw LegacyStream.malformed(name, 0, "the archive has no entry " + entry);
    }
    return content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  String at(String entry) {
    return name + "!" + entry;
  }

  private void scan() {
    int at = 0;
    while (at <= file.limit() - BLOCK && file.get(at) != 0) {
      if (entries.size() >= MOST_ENTRIES) {
        throw LegacyStream.malformed(name, at, "more than " + MOST_ENTRIES + " entries");
      }
      if (octal(at + CHECKSUM_AT, 8) != checksum(at)) {
        throw LegacyStream.malformed(name, at, "a tar header with a wrong checksum");
      }
      long size = octal(at + SIZE_AT, 12);
      int start = at + BLOCK;
      if (size < 0 || size > file.limit() - start) {
        throw LegacyStream.malformed(name, at, "a tar entry reaches beyond the end of the file");
      }
      byte type = file.get(at + TYPE_AT);
      if (type == '0' || type == 0) {
        String entry = ascii(file, at, NAME_BYTES);
        if (entries.put(entry, file.slice(start, (int) size)) != null) {
          throw LegacyStream.malformed(name, at, "a tar entry that occurs twice");
        }
      }
      long next = start + (size + BLOCK - 1) / BLOCK * BLOCK;
      at = (int) Math.min(next, file.limit());
    }
  }

  /** The sum of a header's bytes, with spaces in the field of the sum itself. */
  private long checksum(int at) {
    long sum = 8 * ' ';
    for (int i = 0; i < BLOCK; i++) {
      boolean field = i >= CHECKSUM_AT && i < CHECKSUM_AT + 8;
      sum += field ? 0 : file.get(at + i) & 0xff;
    }
    return sum;
  }

  /** A number in octal digits, or -1. */
  private long octal(int at, int width) {
    String digits = ascii(file, at, width).strip();
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '7')) {
      return -1;
    }
    return Long.parseLong(digits, 8);
  }

  /** Text up to the first zero byte. */
  private static String ascii(ByteBuffer bytes, int offset, int width) {
    byte[] out = new byte[width];
    bytes.get(offset, out);
    int end = 0;
    while (end < width && out[end] != 0) {
      end++;
    }
    return new String(out, 0, end, StandardCharsets.ISO_8859_1);
  }
}
