package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue.StorageValue;
import java.nio.ByteBuffer;

/** Where the flat runs of elements lie that pickled tensors are views on. */
interface Storages {
  /** Bytes of a storage as the file has it, or -1 if it has none. */
  long sizeBytes(StorageValue storage);

  /** The little-endian contents of a storage that exists; a view on the file. */
  ByteBuffer read(StorageValue storage);

  /** Where the storage is, for messages. */
  String at(StorageValue storage);

  /** Bytes of the file; copies of tensors are bounded by it. */
  long fileBytes();

  /** A storage's key, if it is one that PyTorch writes. */
  static String printable(StorageValue storage) {
    String key = storage.key();
    return key.length() <= 20 && key.chars().allMatch(c -> c > 0x20 && c < 0x7f) ? key : "?";
  }
}
