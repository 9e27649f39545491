package io.facekit.core.convert;

import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Moves the axes of constants. */
final class Permutation {
  private Permutation() {}

  /** Output axis {@code i} is input axis {@code axes.get(i)}. */
  static TensorData apply(TensorData data, List<Integer> axes) {
    int rank = axes.size();
    int size = data.dtype().sizeBytes();
    int[] inputStrides = new int[rank];
    int stride = 1;
    for (int i = rank - 1; i >= 0; i--) {
      inputStrides[i] = stride;
      stride *= data.shape().size(i);
    }
    int[] sizes = new int[rank];
    int[] strides = new int[rank];
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      sizes[i] = data.shape().size(axes.get(i));
      strides[i] = inputStrides[axes.get(i)];
      dims.add(data.shape().dim(axes.get(i)));
    }
    ByteBuffer in = data.bytes();
    ByteBuffer out = ByteBuffer.allocate(data.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
    int[] index = new int[rank];
    int from = 0;
    while (out.hasRemaining()) {
      for (int b = 0; b < size; b++) {
        out.put(in.get(from * size + b));
      }
      int axis = rank - 1;
      from += strides[axis];
      while (++index[axis] == sizes[axis] && axis > 0) {
        from -= sizes[axis] * strides[axis];
        index[axis] = 0;
        axis--;
        from += strides[axis];
      }
    }
    out.flip();
    return new TensorData(data.dtype(), new Shape(dims), out);
  }
}
