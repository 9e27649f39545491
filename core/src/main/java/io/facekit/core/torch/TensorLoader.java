package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.StorageValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns pickled tensors into views on the archive, after checking them against what it holds. */
public final class TensorLoader {
  private static final int HIGHEST_RANK = 16;

  private final Archive archive;
  private final String folder;
  private final Map<String, ByteBuffer> storages = new HashMap<>();

  /**
   * @param folder where the storages of the pickle lie: {@code data/} or {@code constants/}
   */
  public TensorLoader(Archive archive, String folder) {
    this.archive = archive;
    this.folder = folder;
  }

  /**
   * The tensor's contents: a view if they lie in row-major order, else a copy in that order.
   *
   * @param name for messages
   */
  public TensorData load(TensorValue tensor, String name) {
    check(tensor, name);
    DType dtype = tensor.storage().dtype();
    int unit = dtype.sizeBytes();
    ByteBuffer storage = storage(tensor.storage());
    Shape shape = shape(tensor.sizes());
    int elements = Math.toIntExact(shape.elements());
    if (isContiguous(tensor)) {
      int start = elements == 0 ? 0 : Math.toIntExact(tensor.offset() * unit);
      return new TensorData(dtype, shape, storage.slice(start, elements * unit));
    }
    return new TensorData(dtype, shape, copy(tensor, storage, elements, unit));
  }

  /** Compares sizes, strides and offset with the storage, and the storage with its entry. */
  void check(TensorValue tensor, String name) {
    StorageValue storage = tensor.storage();
    try {
      int found = archive.size(folder + storage.key());
      long expected = Math.multiplyExact(storage.elements(), (long) storage.dtype().sizeBytes());
      if (found != expected) {
        throw malformed(
            tensor,
            name,
            found < 0
                ? "the tensor's data is missing"
                : "the tensor's storage needs " + expected + " bytes, the entry has " + found);
      }
      if (tensor.sizes().size() > HIGHEST_RANK) {
        throw malformed(tensor, name, "a tensor of rank " + tensor.sizes().size());
      }
      long elements = 1;
      long last = tensor.offset();
      for (int i = 0; i < tensor.sizes().size(); i++) {
        long size = tensor.sizes().get(i);
        long stride = tensor.strides().get(i);
        if (size < 0 || stride < 0) {
          throw malformed(tensor, name, "a tensor with a negative size or stride");
        }
        elements = Math.multiplyExact(elements, size);
        last = Math.addExact(last, Math.multiplyExact(Math.max(size - 1, 0), stride));
      }
      if (tensor.offset() < 0 || (elements > 0 && last >= storage.elements())) {
        throw malformed(
            tensor,
            name,
            "the tensor reaches to element "
                + last
                + " of a storage of "
                + storage.elements()
                + " elements");
      }
      // Strides of 0 repeat elements: a small storage must not become a large copy.
      if (elements > Math.max(storage.elements(), 1 << 16)) {
        throw malformed(tensor, name, "the tensor has more elements than its storage");
      }
    } catch (ArithmeticException e) {
      throw malformed(tensor, name, "the tensor's size does not fit in 64 bits");
    }
  }

  private FacekitException malformed(TensorValue tensor, String name, String what) {
    return Problem.of(ErrorId.TENSOR_MALFORMED, what)
        .at(archive.at(folder + safe(tensor.storage().key())))
        .found(name)
        .asException();
  }

  private static String safe(String key) {
    return key.length() <= 20 && key.chars().allMatch(c -> c > 0x20 && c < 0x7f) ? key : "?";
  }

  private ByteBuffer storage(StorageValue storage) {
    @Nullable ByteBuffer known = storages.get(storage.key());
    if (known == null) {
      known = archive.read(folder + storage.key());
      storages.put(storage.key(), known);
    }
    return known;
  }

  private static Shape shape(List<Long> sizes) {
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  private static boolean isContiguous(TensorValue tensor) {
    long expected = 1;
    for (int i = tensor.sizes().size() - 1; i >= 0; i--) {
      long size = tensor.sizes().get(i);
      if (size == 0) {
        return true;
      }
      if (size != 1 && tensor.strides().get(i) != expected) {
        return false;
      }
      expected *= size;
    }
    return true;
  }

  private static ByteBuffer copy(TensorValue tensor, ByteBuffer storage, int elements, int unit) {
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(elements, unit)).order(ByteOrder.LITTLE_ENDIAN);
    int rank = tensor.sizes().size();
    long[] index = new long[rank];
    long at = tensor.offset();
    for (int i = 0; i < elements; i++) {
      for (int b = 0; b < unit; b++) {
        out.put(storage.get((int) (at * unit + b)));
      }
      for (int d = rank - 1; d >= 0; d--) {
        at += tensor.strides().get(d);
        if (++index[d] < tensor.sizes().get(d)) {
          break;
        }
        at -= tensor.strides().get(d) * index[d];
        index[d] = 0;
      }
    }
    return out.flip();
  }
}
