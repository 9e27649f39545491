package io.facekit.core.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip archive as PyTorch does: nothing is compressed, every entry's bytes start at a
 * multiple of 64, and all names share one top folder. Equal entries give equal bytes.
 */
final class ArchiveWriter {
  private static final int ALIGNMENT = 64;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final int EXTRA_SIZE = 4;
  private static final int MOST_ENTRIES = 0xffff;

  /** PyTorch's own id for bytes that only fill up. */
  private static final short PADDING = 0x4246;

  private static final short ZIP_VERSION = 20;
  private static final short FIRST_OF_JANUARY_1980 = 0x21;

  private record Entry(String name, ByteBuffer content, int crc, int offset, int padding) {}

  private final String top;
  private final List<Entry> entries = new ArrayList<>();
  private int end;

  ArchiveWriter(String top) {
    this.top = top;
  }

  /**
   * @param path ASCII
   * @param content is read when the archive is written
   */
  void add(String path, ByteBuffer content) {
    if (entries.size() >= MOST_ENTRIES) {
      throw new IllegalArgumentException("more than " + MOST_ENTRIES + " entries");
    }
    String name = top + "/" + path;
    int header = Math.addExact(end, LOCAL_SIZE + name.length() + EXTRA_SIZE);
    int padding = (ALIGNMENT - header % ALIGNMENT) % ALIGNMENT;
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    entries.add(new Entry(name, content, (int) crc.getValue(), end, padding));
    end = Math.addExact(Math.addExact(header, padding), content.remaining());
  }

  void add(String path, byte[] content) {
    add(path, ByteBuffer.wrap(content));
  }

  byte[] bytes() {
    int directory = entries.stream().mapToInt(e -> CENTRAL_SIZE + e.name().length()).sum();
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(Math.addExact(end, directory), END_SIZE))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Entry e : entries) {
      out.putInt(0x04034b50).putShort(ZIP_VERSION).putInt(0);
      common(out, e).putShort((short) (EXTRA_SIZE + e.padding()));
      out.put(ascii(e.name())).putShort(PADDING).putShort((short) e.padding());
      out.position(out.position() + e.padding()).put(e.content().duplicate());
    }
    for (Entry e : entries) {
      out.putInt(0x02014b50).putShort(ZIP_VERSION).putShort(ZIP_VERSION).putInt(0);
      common(out, e).putShort((short) 0).putShort((short) 0).putShort((short) 0);
      out.putShort((short) 0).putInt(0).putInt(e.offset()).put(ascii(e.name()));
    }
    short count = (short) entries.size();
    out.putInt(0x06054b50).putInt(0).putShort(count).putShort(count);
    return out.putInt(directory).putInt(end).putShort((short) 0).array();
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** Time, checksum, sizes and the length of the name, which both kinds of header have. */
  private static ByteBuffer common(ByteBuffer out, Entry e) {
    out.putShort((short) 0).putShort(FIRST_OF_JANUARY_1980).putInt(e.crc());
    return out.putInt(e.content().remaining())
        .putInt(e.content().remaining())
        .putShort((short) e.name().length());
  }
}
