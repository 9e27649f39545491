package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.BoolValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.IntValue;
import io.facekit.core.pickle.PickleValue.ListValue;
import io.facekit.core.pickle.PickleValue.StorageValue;
import io.facekit.core.pickle.PickleValue.StringValue;
import io.facekit.core.pickle.Unpickler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stream that {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, a
 * protocol version, facts about the system, the object, and the list of its storages' keys; then
 * each storage as its number of elements (64 bits) and its bytes. Source: {@code _legacy_save} in
 * PyTorch's {@code torch/serialization.py}.
 */
final class LegacyStream {
  /** {@code 0x1950a86a20f9469cfc6c}, with the opcodes that write it. */
  private static final byte[] MAGIC = {
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final int PROTOCOL_VERSION = 1001;

  private final ByteBuffer in;
  private final String name;

  private LegacyStream(ByteBuffer file, String name) {
    this.in = file.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0);
    this.name = name;
  }

  /** Errors: PICKLE errors, CHECKPOINT_MALFORMED, KIND_UNSUPPORTED for big-endian data. */
  static Checkpoint read(ByteBuffer file, String name) {
    return new LegacyStream(file, name).checkpoint();
  }

  private Checkpoint checkpoint() {
    if (!startsWithMagic()) {
      // Read it all the same: what is wrong with a pickle matters more than that it is one.
      Unpickler.readNext(in, name);
      throw malformed("the pickle does not begin with the magic number of torch.save");
    }
    in.position(2 + MAGIC.length);
    PickleValue version = Unpickler.readNext(in, name);
    if (!version.equals(new IntValue(PROTOCOL_VERSION))) {
      throw malformed("a version of the format other than " + PROTOCOL_VERSION);
    }
    if (Unpickler.readNext(in, name) instanceof DictValue system
        && system.get("little_endian") instanceof BoolValue little
        && !little.value()) {
      throw Archive.bigEndian(name);
    }
    Unpickler.Pickled object = Unpickler.readNext(in, name, Map.of());
    if (!(Unpickler.readNext(in, name) instanceof ListValue keys)) {
      throw malformed("the list of storages is not a list");
    }
    Map<String, ByteBuffer> slices = new HashMap<>();
    for (PickleValue item : keys.items()) {
      @Nullable StorageValue storage =
          item instanceof StringValue key ? object.storages().get(key.value()) : null;
      if (storage == null) {
        throw malformed("a storage that nothing in the file uses");
      }
      if (slices.put(storage.key(), slice(storage)) != null) {
        throw malformed("a storage that is listed twice");
      }
    }
    return new Checkpoint(object.value(), new SlicedStorages(name, in.capacity(), slices));
  }

  private boolean startsWithMagic() {
    return in.limit() >= 2 + MAGIC.length
        && in.slice(2, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  private ByteBuffer slice(StorageValue storage) {
    return slice(in, storage, name);
  }

  /** The number of elements at the position of a buffer and the elements behind it. */
  static ByteBuffer slice(ByteBuffer in, StorageValue storage, String name) {
    int unit = storage.dtype().sizeBytes();
    long elements = in.remaining() < 8 ? -1 : in.getLong();
    if (elements < 0 || elements > in.remaining() / unit) {
      throw malformed(name, in.position(), "a storage reaches beyond the end of the file");
    }
    int size = (int) elements * unit;
    ByteBuffer slice = in.slice(in.position(), size);
    in.position(in.position() + size);
    return slice;
  }

  private FacekitException malformed(String what) {
    return malformed(name, in.position(), what);
  }

  static FacekitException malformed(String name, int offset, String what) {
    return Problem.of(ErrorId.CHECKPOINT_MALFORMED, what).at(name + "@" + offset).asException();
  }
}
