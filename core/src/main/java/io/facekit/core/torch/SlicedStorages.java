package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue.StorageValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Storages that lie one behind the other in a file, by key. */
record SlicedStorages(String file, long fileBytes, Map<String, ByteBuffer> slices)
    implements Storages {
  @Override
  public long sizeBytes(StorageValue storage) {
    @Nullable ByteBuffer slice = slices.get(storage.key());
    return slice == null ? -1 : slice.remaining();
  }

  @Override
  public ByteBuffer read(StorageValue storage) {
    @Nullable ByteBuffer slice = slices.get(storage.key());
    if (slice == null) {
      throw new IllegalArgumentException("a storage that does not exist");
    }
    return slice.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public String at(StorageValue storage) {
    return file + "!" + Storages.printable(storage);
  }
}
