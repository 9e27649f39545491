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

  /**
   * Parts of given sizes, or as many equal ones as there are outputs; the last one may be smaller
   * since operator set 18.
   */
  static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    int axis = OnnxForm.axis(call, call.integer("axis", 0), x.type().shape().rank());
    int size = Slice.fixed(call, x, axis);
    int count = call.integer("num_outputs", call.outputs());
    boolean even = count > 0 && size % count == 0;
    List<Integer> sizes =
        call.integers("split", 1)
            .orElseGet(
                () ->
                    even || call.hasAttribute("num_outputs")
                        ? equal(call, size, (size + Math.max(1, count) - 1) / Math.max(1, count))
                        : List.of());
    if (sizes.size() != call.outputs()
        || sizes.stream().anyMatch(s -> s < 1)
        || sizes.stream().mapToLong(s -> s).sum() != size) {
      throw call.unsupported("parts " + sizes + " of " + x.type());
    }
    return results(call, x, axis, sizes);
  }

  private static Value results(OnnxCall call, Value x, int axis, List<Integer> sizes) {
    Value first = Slice.part(call, x, axis, 0, sizes.get(0));
    int start = sizes.get(0);
    for (int i = 1; i < sizes.size(); i++) {
      if (call.isRead(i)) {
        call.result(i, Slice.part(call, x, axis, start, start + sizes.get(i)));
      }
      start += sizes.get(i);
    }
    return first;
  }

  private static List<Integer> equal(ImportCall call, int size, int part) {
    if (part < 1) {
      throw call.unsupported("parts of size " + part);
    }
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(size / part, part));
    if (size % part != 0) {
      sizes.add(size % part);
    }
    return sizes;
  }

  private static List<Value> parts(ImportCall call, Value x, int axis, List<Integer> sizes) {
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
