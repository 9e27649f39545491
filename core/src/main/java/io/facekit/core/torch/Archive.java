package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.MappedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** A PyTorch zip archive over a mapped file. Entries are checked against their CRC when read. */
public final class Archive {
  private static final int LARGEST_SOURCE = 8 << 20;
  private static final int LARGEST_SOURCES = 64 << 20;

  private final ByteBuffer file;
  private final ZipPlace place;
  private final Map<String, ArchiveEntry> entries;

  private Archive(ByteBuffer file, ZipPlace place, Map<String, ArchiveEntry> entries) {
    this.file = file;
    this.place = place;
    this.entries = entries;
  }

  /**
   * Opens a file of one kind.
   *
   * @throws io.facekit.core.error.FacekitException what {@link ModelKind#detect} throws;
   *     KIND_UNSUPPORTED or worse for other kinds; KIND_UNSUPPORTED if its tensors are big-endian
   */
  public static Archive open(Path file, ModelKind wanted) {
    return open(MappedFile.open(file), wanted);
  }

  static Archive open(MappedFile mapped, ModelKind wanted) {
    if (!KindDetector.isZip(mapped)) {
      throw Refusal.of(mapped, KindDetector.detect(mapped));
    }
    Archive archive = open(mapped.bytes(), mapped.name());
    ModelKind kind = KindDetector.ofArchive(archive);
    if (kind != wanted) {
      throw Refusal.of(mapped, kind);
    }
    archive.checkByteOrder();
    return archive;
  }

  /**
   * Opens an archive that lies in a file or in an entry of another archive.
   *
   * @param mapped its bytes from position to limit
   */
  public static Archive open(ByteBuffer mapped, String fileName) {
    ByteBuffer file = mapped.slice().order(ByteOrder.LITTLE_ENDIAN);
    ZipPlace place = new ZipPlace(fileName);
    Archive archive = new Archive(file, place, ZipDirectory.read(file, place));
    archive.checkPacking();
    return archive;
  }

  public boolean has(String path) {
    return entries.containsKey(path);
  }

  boolean hasFolder(String path) {
    for (String name : entries.keySet()) {
      if (name.startsWith(path)) {
        return true;
      }
    }
    return false;
  }

  /** {@code file!entry}, for messages. */
  public String at(String path) {
    return place.entry(path);
  }

  long fileBytes() {
    return file.capacity();
  }

  public String fileName() {
    return place.file();
  }

  /** The size of an entry, or -1 if there is none. */
  public int size(String path) {
    @Nullable ArchiveEntry entry = entries.get(path);
    return entry == null ? -1 : entry.size();
  }

  /** The contents of an entry; a view on the file unless it was deflated. */
  public ByteBuffer read(String path) {
    @Nullable ArchiveEntry entry = entries.get(path);
    if (entry == null) {
      throw place.error(ErrorId.ZIP_MALFORMED, path, "the archive lacks an entry that it needs");
    }
    ByteBuffer packed = file.slice(entry.dataOffset(), entry.packedSize());
    ByteBuffer content = entry.deflated() ? inflate(entry, packed) : packed;
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    if ((int) crc.getValue() != entry.crc()) {
      throw place.error(
          ErrorId.ZIP_MALFORMED, path, "the contents do not have the checksum that is recorded");
    }
    return content.order(ByteOrder.LITTLE_ENDIAN);
  }

  private void checkByteOrder() {
    if (has("byteorder")
        && !StandardCharsets.US_ASCII.decode(read("byteorder")).toString().equals("little")) {
      throw bigEndian(at("byteorder"));
    }
  }

  private ByteBuffer inflate(ArchiveEntry entry, ByteBuffer packed) {
    byte[] out = new byte[entry.size()];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int size = 0;
      while (size < out.length) {
        int n = inflater.inflate(out, size, out.length - size);
        if (n == 0) {
          break;
        }
        size += n;
      }
      // One more byte of room: an entry that goes on is longer than its headers say.
      if (size != out.length || inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
        throw place.error(
            ErrorId.ZIP_MALFORMED, entry.path(), "the entry does not have its recorded size");
      }
    } catch (DataFormatException e) {
      throw place.error(ErrorId.ZIP_MALFORMED, entry.path(), "the packed data is damaged");
    } finally {
      inflater.end();
    }
    return ByteBuffer.wrap(out);
  }

  /** PyTorch packs source code and its debug tables, and nothing else. */
  private void checkPacking() {
    long total = 0;
    for (ArchiveEntry entry : entries.values()) {
      if (!entry.deflated()) {
        continue;
      }
      total += entry.size();
      if (entry.size() > LARGEST_SOURCE || total > LARGEST_SOURCES) {
        throw place.error(
            ErrorId.ZIP_BOMB,
            entry.path(),
            entry.packedSize() + " bytes unpack to " + entry.size() + ", more than code needs");
      }
      if (!entry.path().startsWith("code/")) {
        throw place.error(
            ErrorId.ZIP_MALFORMED,
            entry.path(),
            "the entry is compressed; PyTorch compresses only code");
      }
    }
  }

  static FacekitException bigEndian(String at) {
    return Problem.of(ErrorId.KIND_UNSUPPORTED, "the weights are not little-endian")
        .at(at)
        .hint("save the model on a little-endian machine")
        .asException();
  }
}
