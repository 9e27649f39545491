package io.facekit.core.torch.export;

import io.facekit.core.json.Json;
import io.facekit.core.tensor.DType;
import java.util.Optional;

/**
 * Numbers that stand for element types and layouts in torch.export's schema ({@code
 * torch/_export/serde/schema.py}), and what they are elsewhere.
 */
final class SchemaCodes {
  /** {@code Layout.Strided}. */
  static final long STRIDED = 7;

  private SchemaCodes() {}

  /** The element type of a {@code ScalarType}, if facekit has it. */
  static Optional<DType> dtype(long scalarType) {
    return switch ((int) scalarType) {
      case 1 -> Optional.of(DType.UINT8);
      case 2 -> Optional.of(DType.INT8);
      case 3 -> Optional.of(DType.INT16);
      case 4 -> Optional.of(DType.INT32);
      case 5 -> Optional.of(DType.INT64);
      case 6 -> Optional.of(DType.FLOAT16);
      case 7 -> Optional.of(DType.FLOAT32);
      case 8 -> Optional.of(DType.FLOAT64);
      case 12 -> Optional.of(DType.BOOL);
      case 13 -> Optional.of(DType.BFLOAT16);
      default -> Optional.empty();
    };
  }

  /** The number that operators take for a {@code ScalarType}: that of {@code c10::ScalarType}. */
  static long scalarTypeArgument(long scalarType) {
    if (scalarType >= 1 && scalarType <= 12) {
      return scalarType - 1;
    }
    if (scalarType == 13) {
      return 15;
    }
    throw new Json.Mismatch("an element type of number " + scalarType);
  }

  /** The number that operators take for a {@code Layout}: that of {@code c10::Layout}. */
  static long layoutArgument(long layout) {
    if (layout != STRIDED) {
      throw new Json.Mismatch("a layout of number " + layout);
    }
    return 0;
  }

  /** The number that operators take for a {@code MemoryFormat}: that of its {@code c10} twin. */
  static long memoryFormatArgument(long memoryFormat) {
    return switch ((int) memoryFormat) {
      case 1 -> 0;
      case 2 -> 2;
      case 3 -> 3;
      case 4 -> 1;
      default -> throw new Json.Mismatch("a memory format of number " + memoryFormat);
    };
  }
}
