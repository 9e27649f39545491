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
import java.util.List;

/** Turns pickled tensors into views on the archive, after checking them against what it holds. */
public final class TensorLoader {
  private static final int HIGHEST_RANK = 16;

  /** Small tensors may repeat elements, so copies can be larger than the file by this much. */
  private static final long COPY_ALLOWANCE = 16 << 20;

  private final Storages storages;
  private long copiedBytes;

  /**
   * @param folder where the storages of the pickle lie: {@code data/} or {@code constants/}
   */
  public TensorLoader(Archive archive, String folder) {
    this(new ArchiveStorages(archive, folder));
  }

  TensorLoader(Storages storages) {
    this.storages = storages;
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
    ByteBuffer storage = storages.read(tensor.storage());
    Shape shape = shape(tensor.sizes());
    int elements = Math.toIntExact(shape.elements());
    if (isContiguous(tensor)) {
      int start = elements == 0 ? 0 : Math.toIntExact(tensor.offset() * unit);
      return new TensorData(dtype, shape, storage.slice(start, elements * unit));
    }
    copiedBytes += (long) elements * unit;
    if (copiedBytes > storages.fileBytes() + COPY_ALLOWANCE) {
      throw malformed(tensor, name, "copies of transposed tensors need more than the file has");
    }
    return new TensorData(dtype, shape, copy(tensor, storage, elements, unit));
  }

  /** Compares sizes, strides and offset with the storage, and the storage with its entry. */
  void check(TensorValue tensor, String name) {
    StorageValue storage = tensor.storage();
    try {
      long found = storages.sizeBytes(storage);
      long expected = Math.multiplyExact(storage.elements(), (long) storage.dtype().sizeBytes());
      if (found != expected) {
        throw malformed(
            tensor,
            name,
            found < 0
                ? "the tensor's data is missing"
                : "the tensor's storage needs " + expected + " bytes, the file has " + found);
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
        .at(storages.at(tensor.storage()))
        .found(name)
        .asException();
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
