package io.facekit.core.torch;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.TorchValue.Batch;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Items;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Questions about a tensor that are answered while a program is read. */
final class TensorQuery {
  private static final Set<String> SIZES = Set.of("dim", "size", "len", "numel");

  /** The names of all questions. */
  static final Set<String> FUNCTIONS =
      Set.of(
          "device",
          "dim",
          "dtype",
          "is_cuda",
          "is_mkldnn",
          "is_quantized",
          "is_sparse",
          "layout",
          "len",
          "numel",
          "requires_grad",
          "size");

  private TensorQuery() {}

  /** Empty for other functions, and where the shapes of computed tensors are not known. */
  static Optional<TorchValue> answer(String op, List<TorchValue> args, ProgramBuilder program) {
    if (args.isEmpty()
        || !(args.get(0) instanceof Data data)
        || !(data.arg() instanceof Ref || data.arg() instanceof Const)) {
      return Optional.empty();
    }
    if (args.size() == 1) {
      switch (op) {
        case "layout" -> {
          return Optional.of(TorchValue.of(0));
        }
        case "device" -> {
          return Optional.of(TorchValue.of("cpu"));
        }
        case "is_cuda", "is_mkldnn", "is_sparse", "is_quantized", "requires_grad" -> {
          return Optional.of(TorchValue.of(false));
        }
        case "dtype" -> {
          return data.arg() instanceof Const c
              ? Optional.of(TorchValue.of(scalarType(c.data().dtype())))
              : Optional.empty();
        }
        default -> {}
      }
    }
    if (!SIZES.contains(op) || (data.arg() instanceof Ref && !program.knowsShapes())) {
      return Optional.empty();
    }
    Optional<Shape> shape =
        data.arg() instanceof Const c
            ? Optional.of(c.data().shape())
            : program.shapeOf((Ref) data.arg());
    return shape.isEmpty()
        ? Optional.of(Unknown.UNKNOWN)
        : sizes(op, shape.get().dims(), args.subList(1, args.size()));
  }

  /** The number of a type in PyTorch's {@code ScalarType}. */
  private static long scalarType(DType type) {
    return switch (type) {
      case UINT8 -> 0;
      case INT8 -> 1;
      case INT16 -> 2;
      case INT32 -> 3;
      case INT64 -> 4;
      case FLOAT16 -> 5;
      case FLOAT32 -> 6;
      case FLOAT64 -> 7;
      case BOOL -> 11;
      case BFLOAT16 -> 15;
    };
  }

  private static Optional<TorchValue> sizes(String op, List<Dim> dims, List<TorchValue> rest) {
    if (rest.size() == 1
        && op.equals("size")
        && rest.get(0) instanceof Data d
        && d.arg() instanceof IntArg axis) {
      long i = axis.value() < 0 ? axis.value() + dims.size() : axis.value();
      return i < 0 || i >= dims.size() ? Optional.empty() : Optional.of(value(dims.get((int) i)));
    }
    if (!rest.isEmpty()) {
      return Optional.empty();
    }
    return switch (op) {
      case "dim" -> Optional.of(TorchValue.of(dims.size()));
      case "len" -> dims.isEmpty() ? Optional.empty() : Optional.of(value(dims.get(0)));
      case "size" ->
          Optional.of(
              new Items(
                  false,
                  dims.stream()
                      .map(TensorQuery::value)
                      .collect(Collectors.toCollection(ArrayList::new))));
      default -> Optional.of(product(dims));
    };
  }

  private static TorchValue product(List<Dim> dims) {
    long factor = 1;
    int symbolic = 0;
    for (Dim d : dims) {
      factor = Math.multiplyExact(factor, d.factor());
      symbolic += d.symbolic() ? 1 : 0;
    }
    return symbolic == 0
        ? TorchValue.of(factor)
        : symbolic == 1 ? new Batch(factor) : Unknown.OF_BATCH;
  }

  private static TorchValue value(Dim dim) {
    return dim.symbolic() ? new Batch(dim.factor()) : TorchValue.of(dim.factor());
  }
}
