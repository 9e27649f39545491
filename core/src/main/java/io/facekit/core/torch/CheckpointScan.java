package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.Printable;
import io.facekit.core.pickle.Unpickler;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks through checkpoints for names of code and for tensors that do not fit their storage. */
final class CheckpointScan {
  /** {@code 0x1950a86a20f9469cfc6c}, with the opcodes that write it. */
  private static final byte[] LEGACY_MAGIC = {
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

  private record Named(String name, PickleValue value) {}

  private CheckpointScan() {}

  static void archive(Archive archive) {
    PickleValue root = Unpickler.read(archive.read("data.pkl"), archive.at("data.pkl"));
    TensorLoader loader = new TensorLoader(archive, "data/");
    Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Named> queue = new ArrayDeque<>();
    queue.add(new Named("", root));
    while (!queue.isEmpty()) {
      Named next = queue.remove();
      if (!seen.add(next.value())) {
        continue;
      }
      if (next.value() instanceof TensorValue tensor) {
        loader.check(tensor, next.name());
      } else if (next.value() instanceof DictValue dict) {
        for (Map.Entry<Object, PickleValue> entry : dict.items().entrySet()) {
          String key = entry.getKey() instanceof String s ? s : "?";
          String prefix = next.name().isEmpty() ? key : next.name() + "." + key;
          queue.add(new Named(Printable.name(prefix), entry.getValue()));
        }
      } else if (next.value() instanceof ObjectValue object) {
        queue.add(new Named(next.name(), object.state()));
      } else {
        @Nullable List<PickleValue> items = Unpickler.items(next.value());
        if (items != null) {
          items.forEach(item -> queue.add(new Named(next.name(), item)));
        }
      }
    }
  }

  /** The stream before PyTorch 1.6: magic, version, sizes of the system, then the object. */
  static void legacy(ByteBuffer file, String name) {
    ByteBuffer in = file.duplicate().position(0);
    if (startsWithMagic(in)) {
      in.position(2 + LEGACY_MAGIC.length);
      Unpickler.readNext(in, name);
      Unpickler.readNext(in, name);
    }
    Unpickler.readNext(in, name);
  }

  private static boolean startsWithMagic(ByteBuffer in) {
    return in.limit() >= 2 + LEGACY_MAGIC.length
        && in.slice(2, LEGACY_MAGIC.length).equals(ByteBuffer.wrap(LEGACY_MAGIC));
  }
}
