package io.facekit.core.op;

import io.facekit.core.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Imports calls that divide a tensor into several, each of which is a {@link Slice}. */
final class Split {
  private Split() {}

  /** Parts of given sizes, or of one size and a rest. */
  static List<Value> load(AtenCall call, String argument) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    int size = Slice.fixed(call, x, axis);
    return call.isNumber(argument)
        ? parts(call, x, axis, equal(call, size, call.integer(argument)))
        : parts(call, x, axis, call.ints(argument));
  }

  static List<Value> loadChunks(AtenCall call) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    int size = Slice.fixed(call, x, axis);
    int chunks = Math.max(1, call.integer("chunks"));
    return parts(call, x, axis, equal(call, size, (size + chunks - 1) / chunks));
  }

  static List<Value> loadUnbind(AtenCall call) {
    Value x = call.tensor("self");
    int axis = call.axis("dim", x.type().shape().rank());
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < Slice.fixed(call, x, axis); i++) {
      parts.add(Slice.select(call, x, axis, i));
    }
    return parts;
  }

  private static List<Integer> equal(AtenCall call, int size, int part) {
    if (part < 1) {
      throw call.unsupported("parts of size " + part);
    }
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(size / part, part));
    if (size % part != 0) {
      sizes.add(size % part);
    }
    return sizes;
  }

  private static List<Value> parts(AtenCall call, Value x, int axis, List<Integer> sizes) {
    List<Value> parts = new ArrayList<>();
    int start = 0;
    for (int size : sizes) {
      parts.add(Slice.part(call, x, axis, start, Math.addExact(start, size)));
      start = Math.addExact(start, size);
    }
    if (start != x.type().shape().size(axis)) {
      throw call.unsupported("parts " + sizes + " of " + x.type());
    }
    return parts;
  }
}
