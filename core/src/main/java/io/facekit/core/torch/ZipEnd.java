package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import java.nio.ByteBuffer;

/**
 * The end of a zip archive, which must be the end of the file: end record without a comment, and in
 * front of it, as PyTorch writes them always, the zip64 end record and its locator, which must say
 * the same.
 *
 * @param entries number of entries
 * @param start where the central directory starts
 * @param size bytes of the central directory
 */
record ZipEnd(int entries, int start, int size) {
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final int END64_SIZE = 56;
  private static final int MOST_ENTRIES = 10_000;

  static ZipEnd read(ByteBuffer file, ZipPlace place) {
    int end = file.limit() - END_SIZE;
    if (end < 0 || file.getInt(end) != 0x06054b50) {
      throw place.error(
          ErrorId.ZIP_MALFORMED,
          file.limit(),
          "the archive has no end record: it is cut off, or bytes follow it");
    }
    if (file.getShort(end + 4) != 0 || file.getShort(end + 6) != 0) {
      throw place.error(ErrorId.ZIP_MALFORMED, end, "the archive is split over several disks");
    }
    int entries = file.getShort(end + 10) & 0xffff;
    long size = file.getInt(end + 12) & 0xffffffffL;
    long start = file.getInt(end + 16) & 0xffffffffL;
    if ((file.getShort(end + 8) & 0xffff) != entries || file.getShort(end + 20) != 0) {
      throw place.error(
          ErrorId.ZIP_AMBIGUOUS, end, "the end record disagrees with itself or has a comment");
    }
    int after = end;
    int locator = end - LOCATOR_SIZE;
    if (locator >= END64_SIZE && file.getInt(locator) == 0x07064b50) {
      after = locator - END64_SIZE;
      check64(file, place, after, locator, entries, size, start);
    }
    if (start + size != after) {
      throw place.error(
          ErrorId.ZIP_AMBIGUOUS, end, "the central directory does not end where the end record is");
    }
    if (entries > MOST_ENTRIES) {
      throw place.error(
          ErrorId.ZIP_BOMB, end, entries + " entries; at most " + MOST_ENTRIES + " are read");
    }
    return new ZipEnd(entries, (int) start, (int) size);
  }

  private static void check64(
      ByteBuffer file, ZipPlace place, int at, int locator, int entries, long size, long start) {
    boolean same =
        file.getInt(at) == 0x06064b50
            && file.getLong(at + 4) == END64_SIZE - 12
            && file.getLong(locator + 8) == at
            && file.getInt(locator + 4) == 0
            && file.getInt(at + 16) == 0
            && file.getInt(at + 20) == 0
            && file.getLong(at + 24) == entries
            && file.getLong(at + 32) == entries
            && file.getLong(at + 40) == size
            && file.getLong(at + 48) == start;
    if (!same) {
      throw place.error(
          ErrorId.ZIP_AMBIGUOUS, at, "the zip64 end record does not agree with the end record");
    }
  }
}
