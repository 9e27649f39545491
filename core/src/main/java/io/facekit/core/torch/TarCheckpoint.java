package io.facekit.core.torch;

import static java.util.Objects.requireNonNull;

import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.GlobalValue;
import io.facekit.core.pickle.PickleValue.IntValue;
import io.facekit.core.pickle.PickleValue.StorageValue;
import io.facekit.core.pickle.PickleValue.StringValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.Unpickler;
import io.facekit.core.tensor.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The oldest format of {@code torch.save} (PyTorch 0.1): a tar archive with the entries {@code
 * storages} (a count; per storage a pickled key, location and type, the number of elements and the
 * elements; then a pickled list of views), {@code tensors} (a count; per tensor a pickled key,
 * storage and type, then rank, sizes, strides and offset as integers) and {@code pickle} (the
 * object, whose persistent ids are the keys of tensors). Source: {@code legacy_load} in PyTorch's
 * {@code torch/serialization.py}.
 */
final class TarCheckpoint {
  private static final int HIGHEST_RANK = 16;
  private static final int TYPICAL_ENTRY_BYTES = 8;

  private final TarDirectory tar;
  private final Map<String, StorageValue> storages = new HashMap<>();
  private final Map<String, ByteBuffer> slices = new HashMap<>();
  private final Map<String, TensorValue> tensors = new HashMap<>();

  private TarCheckpoint(TarDirectory tar) {
    this.tar = tar;
  }

  /** Errors: PICKLE errors, TENSOR_DTYPE, CHECKPOINT_MALFORMED. */
  static Checkpoint read(ByteBuffer file, String name) {
    TarDirectory tar = TarDirectory.read(file, name);
    TarCheckpoint checkpoint = new TarCheckpoint(tar);
    checkpoint.readStorages();
    checkpoint.readTensors();
    PickleValue root =
        Unpickler.readNext(tar.entry("pickle"), tar.at("pickle"), checkpoint.tensors).value();
    return new Checkpoint(
        root, new SlicedStorages(name, file.capacity(), Map.copyOf(checkpoint.slices)));
  }

  private void readStorages() {
    ByteBuffer in = tar.entry("storages");
    String at = tar.at("storages");
    int count = count(in, at);
    for (int i = 0; i < count; i++) {
      List<PickleValue> items = triple(in, at);
      @Nullable DType dtype =
          items.get(2) instanceof GlobalValue type ? Unpickler.storageType(type) : null;
      if (dtype == null) {
        throw LegacyStream.malformed(at, in.position(), "a storage of an unknown type");
      }
      String key = key(items.get(0), in, at);
      ByteBuffer slice = LegacyStream.slice(in, new StorageValue(dtype, key, 0), at);
      add(in, at, new StorageValue(dtype, key, slice.remaining() / dtype.sizeBytes()), slice);
    }
    for (PickleValue item : list(Unpickler.readNext(in, at), in, at)) {
      readView(list(item, in, at), in, at);
    }
  }

  /** A storage that is a part of another one. */
  private void readView(List<PickleValue> items, ByteBuffer in, String at) {
    if (items.size() != 4
        || !(items.get(2) instanceof IntValue offset)
        || !(items.get(3) instanceof IntValue elements)) {
      throw LegacyStream.malformed(at, in.position(), "a view on a storage with other parts");
    }
    @Nullable StorageValue root = storages.get(key(items.get(1), in, at));
    if (root == null
        || offset.value() < 0
        || elements.value() < 0
        || offset.value() > root.elements()
        || elements.value() > root.elements() - offset.value()) {
      throw LegacyStream.malformed(at, in.position(), "a view reaches beyond its storage");
    }
    int unit = root.dtype().sizeBytes();
    ByteBuffer bytes = requireNonNull(slices.get(root.key()));
    add(
        in,
        at,
        new StorageValue(root.dtype(), key(items.get(0), in, at), elements.value()),
        bytes.slice((int) offset.value() * unit, (int) elements.value() * unit));
  }

  private void add(ByteBuffer in, String at, StorageValue storage, ByteBuffer slice) {
    if (storages.putIfAbsent(storage.key(), storage) != null) {
      throw LegacyStream.malformed(at, in.position(), "a storage that is listed twice");
    }
    slices.put(storage.key(), slice);
  }

  private void readTensors() {
    ByteBuffer in = tar.entry("tensors");
    String at = tar.at("tensors");
    int count = count(in, at);
    for (int i = 0; i < count; i++) {
      List<PickleValue> items = triple(in, at);
      @Nullable StorageValue storage = storages.get(key(items.get(1), in, at));
      if (storage == null) {
        throw LegacyStream.malformed(at, in.position(), "a tensor without a storage");
      }
      // The rank fills eight bytes, of which PyTorch reads four.
      long rank = in.remaining() < 8 ? -1 : in.getLong() & 0xffffffffL;
      if (rank < 0 || rank > HIGHEST_RANK || in.remaining() < 16 * rank + 8) {
        throw LegacyStream.malformed(at, in.position(), "a tensor with a wrong number of axes");
      }
      List<Long> sizes = longs(in, (int) rank);
      List<Long> strides = longs(in, (int) rank);
      TensorValue tensor = new TensorValue(storage, in.getLong(), sizes, strides);
      if (tensors.putIfAbsent(key(items.get(0), in, at), tensor) != null) {
        throw LegacyStream.malformed(at, in.position(), "a tensor that is listed twice");
      }
    }
  }

  private static List<Long> longs(ByteBuffer in, int count) {
    List<Long> out = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      out.add(in.getLong());
    }
    return out;
  }

  private static int count(ByteBuffer in, String at) {
    if (Unpickler.readNext(in, at) instanceof IntValue n
        && n.value() >= 0
        && n.value() <= in.capacity() / TYPICAL_ENTRY_BYTES) {
      return (int) n.value();
    }
    throw LegacyStream.malformed(at, in.position(), "a count that the entry has no room for");
  }

  private static List<PickleValue> triple(ByteBuffer in, String at) {
    List<PickleValue> items = list(Unpickler.readNext(in, at), in, at);
    if (items.size() != 3) {
      throw LegacyStream.malformed(at, in.position(), "an entry that does not have three parts");
    }
    return items;
  }

  private static List<PickleValue> list(PickleValue value, ByteBuffer in, String at) {
    @Nullable List<PickleValue> items = Unpickler.items(value);
    if (items == null) {
      throw LegacyStream.malformed(at, in.position(), "a part that is not a list");
    }
    return items;
  }

  private static String key(PickleValue value, ByteBuffer in, String at) {
    if (value instanceof IntValue i) {
      return Long.toString(i.value());
    }
    if (value instanceof StringValue s) {
      return s.value();
    }
    throw LegacyStream.malformed(at, in.position(), "a key that is not a number");
  }
}
