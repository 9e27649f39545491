package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue.StorageValue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Storages that are entries of a zip archive; each is checked once against its checksum. */
final class ArchiveStorages implements Storages {
  private final Archive archive;
  private final String folder;
  private final Map<String, ByteBuffer> known = new HashMap<>();

  /**
   * @param folder where they lie: {@code data/} or {@code constants/}
   */
  ArchiveStorages(Archive archive, String folder) {
    this.archive = archive;
    this.folder = folder;
  }

  @Override
  public long sizeBytes(StorageValue storage) {
    return archive.size(folder + storage.key());
  }

  @Override
  public ByteBuffer read(StorageValue storage) {
    @Nullable ByteBuffer bytes = known.get(storage.key());
    if (bytes == null) {
      bytes = archive.read(folder + storage.key());
      known.put(storage.key(), bytes);
    }
    return bytes;
  }

  @Override
  public String at(StorageValue storage) {
    return archive.at(folder + Storages.printable(storage));
  }

  @Override
  public long fileBytes() {
    return archive.fileBytes();
  }
}
