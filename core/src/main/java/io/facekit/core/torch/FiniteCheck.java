package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import java.nio.LongBuffer;
import java.util.Optional;

/**
 * Finds NaN and infinity in weights: values whose exponent bits are all ones. Several values are
 * looked at in one 64-bit word: adding the exponent's lowest bit carries into a value's (cleared)
 * sign bit exactly when all exponent bits are set.
 */
public final class FiniteCheck {
  private static final int CHUNK = 4096;

  private FiniteCheck() {}

  /** The problem with a tensor that holds a value that is not finite. */
  public static Optional<Problem> check(TensorData data, String name, String file) {
    DType dtype = data.dtype();
    if (!dtype.isFloat() || !suspicious(data, exponent(dtype), lowestBit(dtype))) {
      return Optional.empty();
    }
    for (int i = 0; i < data.elements(); i++) {
      double value = data.doubleAt(i);
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        return Optional.of(
            Problem.of(ErrorId.TENSOR_NOT_FINITE, "the weight " + name + " is not finite")
                .at(file + "!" + name)
                .found((Double.isNaN(value) ? "NaN" : "infinity") + " at element " + i)
                .hint("the training went wrong before this file was saved; use an earlier one"));
      }
    }
    return Optional.empty();
  }

  private static boolean suspicious(TensorData data, long exponent, long lowestBit) {
    long signs = (exponent + lowestBit) & ~exponent;
    LongBuffer words = data.bytes().asLongBuffer();
    long[] chunk = new long[Math.min(CHUNK, words.remaining())];
    while (words.hasRemaining()) {
      int n = Math.min(CHUNK, words.remaining());
      words.get(chunk, 0, n);
      if ((carries(chunk, n, exponent, lowestBit) & signs) != 0) {
        return true;
      }
    }
    // The last bytes do not fill a word.
    int unit = data.dtype().sizeBytes();
    for (int i = data.sizeBytes() / 8 * 8 / unit; i < data.elements(); i++) {
      if (!Double.isFinite(data.doubleAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static long carries(long[] words, int n, long exponent, long lowestBit) {
    long all = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      all |=
          (words[i] & exponent) + lowestBit
              | (words[i + 1] & exponent) + lowestBit
              | (words[i + 2] & exponent) + lowestBit
              | (words[i + 3] & exponent) + lowestBit;
    }
    for (; i < n; i++) {
      all |= (words[i] & exponent) + lowestBit;
    }
    return all;
  }

  private static long exponent(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 0x7f8000007f800000L;
      case FLOAT16 -> 0x7c007c007c007c00L;
      case BFLOAT16 -> 0x7f807f807f807f80L;
      default -> 0x7ff0000000000000L;
    };
  }

  private static long lowestBit(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 0x0080000000800000L;
      case FLOAT16 -> 0x0400040004000400L;
      case BFLOAT16 -> 0x0080008000800080L;
      default -> 0x0010000000000000L;
    };
  }
}
