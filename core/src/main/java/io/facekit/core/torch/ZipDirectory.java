package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the headers of a zip archive so strictly that every reader must see the same archive:
 * central and local headers agree, entries lie side by side from the first byte of the file to the
 * central directory, no name comes twice, and all names share one top folder, unless the archive is
 * one of torch.export before 2.8.
 */
final class ZipDirectory {
  private static final int CENTRAL_SIZE = 46;
  private static final int LOCAL_SIZE = 30;
  private static final int ENCRYPTED_OR_PATCHED = 0x2061;
  private static final int DESCRIPTOR = 0x8;
  private static final int HIGHEST_RATIO = 200;
  private static final int SMALL = 256;
  private static final String FLAT_START = "serialized_exported_program.json";

  private final ByteBuffer file;
  private final ZipPlace place;
  private final Map<String, ArchiveEntry> entries = new LinkedHashMap<>();
  private String top = "";

  private ZipDirectory(ByteBuffer file, ZipPlace place) {
    this.file = file;
    this.place = place;
  }

  /** The entries by path, in file order. */
  static Map<String, ArchiveEntry> read(ByteBuffer file, ZipPlace place) {
    return new ZipDirectory(file, place).read();
  }

  private Map<String, ArchiveEntry> read() {
    ZipEnd end = ZipEnd.read(file, place);
    List<Integer> headers = centralHeaders(end);
    headers.sort(Comparator.comparingInt(this::localOffset));
    int next = 0;
    for (int header : headers) {
      if (localOffset(header) != next) {
        throw place.error(
            ErrorId.ZIP_AMBIGUOUS,
            header,
            "entries overlap or leave bytes between them: expected one at "
                + next
                + ", found "
                + localOffset(header));
      }
      next = entry(header, end.start());
    }
    if (next != end.start()) {
      throw place.error(ErrorId.ZIP_AMBIGUOUS, next, "bytes between entries and directory");
    }
    return entries;
  }

  private List<Integer> centralHeaders(ZipEnd end) {
    List<Integer> headers = new ArrayList<>();
    int at = end.start();
    int stop = end.start() + end.size();
    for (int i = 0; i < end.entries(); i++) {
      if (at > stop - CENTRAL_SIZE || file.getInt(at) != 0x02014b50) {
        throw place.error(ErrorId.ZIP_MALFORMED, at, "a directory header is damaged");
      }
      int nameSize = u2(at + 28);
      int extraSize = u2(at + 30);
      int size = CENTRAL_SIZE + nameSize + extraSize + u2(at + 32);
      if (size > stop - at || localOffset(at) < 0 || localOffset(at) >= end.start()) {
        throw place.error(ErrorId.ZIP_MALFORMED, at, "a directory header points outside the file");
      }
      checkRatio(at);
      checkExtra(at + CENTRAL_SIZE + nameSize, extraSize);
      headers.add(at);
      at += size;
    }
    if (at != stop) {
      throw place.error(ErrorId.ZIP_AMBIGUOUS, at, "the directory has bytes after its last header");
    }
    return headers;
  }

  /** Checks one entry; the end of its bytes in the file. */
  private int entry(int central, int stop) {
    int local = localOffset(central);
    if (local > stop - LOCAL_SIZE || file.getInt(local) != 0x04034b50) {
      throw malformed(local, "a local header is damaged");
    }
    int nameSize = u2(central + 28);
    String name = ZipName.read(file, central + CENTRAL_SIZE, nameSize, place);
    int flags = u2(central + 8);
    int method = u2(central + 10);
    if ((flags & ENCRYPTED_OR_PATCHED) != 0 || (method != 0 && method != 8)) {
      throw malformed(central, "an entry is encrypted or packed in an unknown way");
    }
    int extraSize = u2(local + 28);
    long data = (long) local + LOCAL_SIZE + nameSize + extraSize;
    if (data > stop
        || u2(local + 26) != nameSize
        || !file.slice(local + LOCAL_SIZE, nameSize)
            .equals(file.slice(central + CENTRAL_SIZE, nameSize))
        || u2(local + 6) != flags
        || u2(local + 8) != method) {
      throw ambiguous(local);
    }
    checkExtra(local + LOCAL_SIZE + nameSize, extraSize);
    int packed = file.getInt(central + 20);
    int size = file.getInt(central + 24);
    boolean descriptor = (flags & DESCRIPTOR) != 0;
    if (packed < 0 || size < 0 || data + packed + (descriptor ? 16 : 0) > stop) {
      throw malformed(central, "an entry is larger than the file");
    }
    if (method == 0 && packed != size) {
      throw ambiguous(central);
    }
    int after = (int) (data + packed);
    if (descriptor) {
      boolean none =
          file.getInt(local + 14) == 0
              && file.getInt(local + 18) == 0
              && file.getInt(local + 22) == 0;
      if (file.getInt(after) != 0x08074b50
          || !sameSizes(after + 4, central)
          || !(none || sameSizes(local + 14, central))) {
        throw ambiguous(after);
      }
      after += 16;
    } else if (!sameSizes(local + 14, central)) {
      throw ambiguous(local);
    }
    add(
        name,
        central,
        new ArchiveEntry(
            withoutTop(name, central),
            (int) data,
            packed,
            size,
            file.getInt(central + 16),
            method == 8));
    return after;
  }

  /** torch.export.save up to 2.7 wrote no top folder, and its program first. */
  private boolean isFlat() {
    return top.isEmpty() && entries.containsKey(FLAT_START);
  }

  private void add(String name, int central, ArchiveEntry entry) {
    if (entries.put(entry.path(), entry) != null) {
      throw place.error(ErrorId.ZIP_AMBIGUOUS, central, "the name " + name + " comes twice");
    }
  }

  private String withoutTop(String name, int offset) {
    if ((entries.isEmpty() && name.equals(FLAT_START)) || isFlat()) {
      return name;
    }
    int slash = name.indexOf('/');
    if (slash < 0) {
      throw malformed(offset, "an entry lies outside the archive's top folder");
    }
    if (entries.isEmpty()) {
      top = name.substring(0, slash + 1);
    } else if (!name.startsWith(top)) {
      throw malformed(offset, "the archive has more than one top folder");
    }
    return name.substring(slash + 1);
  }

  /** CRC, packed size and size, which lie together in all three kinds of header. */
  private boolean sameSizes(int offset, int central) {
    return file.getInt(offset) == file.getInt(central + 16)
        && file.getInt(offset + 4) == file.getInt(central + 20)
        && file.getInt(offset + 8) == file.getInt(central + 24);
  }

  private void checkRatio(int central) {
    long packed = file.getInt(central + 20) & 0xffffffffL;
    long size = file.getInt(central + 24) & 0xffffffffL;
    if (size / HIGHEST_RATIO > Math.max(packed, SMALL)) {
      throw place.error(
          ErrorId.ZIP_BOMB,
          central,
          packed + " bytes unpack to " + size + ", far more than a model needs");
    }
  }

  /** Extra fields may pad; they may not give an entry another name or size. */
  private void checkExtra(int offset, int size) {
    int at = offset;
    int stop = offset + size;
    while (stop - at >= 4) {
      int id = u2(at);
      if (id == 0x0001 || id == 0x7075) {
        throw ambiguous(at);
      }
      at += 4 + u2(at + 2);
    }
  }

  private int localOffset(int central) {
    return file.getInt(central + 42);
  }

  private int u2(int offset) {
    return file.getShort(offset) & 0xffff;
  }

  private FacekitException malformed(int offset, String what) {
    return place.error(ErrorId.ZIP_MALFORMED, offset, what);
  }

  private FacekitException ambiguous(int offset) {
    return place.error(
        ErrorId.ZIP_AMBIGUOUS, offset, "the headers of an entry do not agree with each other");
  }
}
