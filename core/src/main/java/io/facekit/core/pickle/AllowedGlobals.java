package io.facekit.core.pickle;

import io.facekit.core.pickle.PickleValue.BoolValue;
import io.facekit.core.pickle.PickleValue.BytesValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.GlobalValue;
import io.facekit.core.pickle.PickleValue.IntValue;
import io.facekit.core.pickle.PickleValue.ListValue;
import io.facekit.core.pickle.PickleValue.NoneValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.pickle.PickleValue.StorageValue;
import io.facekit.core.pickle.PickleValue.StringValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.PickleValue.TupleValue;
import io.facekit.core.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names that a pickle may call, and the data that each call stands for. The whole list. */
final class AllowedGlobals {
  private static final Map<String, DType> STORAGES =
      Map.of(
          "torch.FloatStorage", DType.FLOAT32,
          "torch.HalfStorage", DType.FLOAT16,
          "torch.BFloat16Storage", DType.BFLOAT16,
          "torch.DoubleStorage", DType.FLOAT64,
          "torch.IntStorage", DType.INT32,
          "torch.LongStorage", DType.INT64,
          "torch.ShortStorage", DType.INT16,
          "torch.CharStorage", DType.INT8,
          "torch.ByteStorage", DType.UINT8,
          "torch.BoolStorage", DType.BOOL);

  /** Tensor classes, which the tar format names beside each tensor. They are never called. */
  private static final Set<String> TENSORS =
      Set.of(
          "torch.FloatTensor",
          "torch.HalfTensor",
          "torch.DoubleTensor",
          "torch.IntTensor",
          "torch.LongTensor",
          "torch.ShortTensor",
          "torch.CharTensor",
          "torch.ByteTensor");

  private AllowedGlobals() {}

  static @Nullable DType storageType(GlobalValue global) {
    return STORAGES.get(global.fullName());
  }

  static boolean contains(GlobalValue global) {
    return isTorchScriptClass(global)
        || storageType(global) != null
        || TENSORS.contains(global.fullName())
        || switch (global.fullName()) {
          case "collections.OrderedDict",
              "torch._utils._rebuild_tensor",
              "torch._utils._rebuild_tensor_v2",
              "torch._utils._rebuild_parameter",
              "torch.Size",
              "torch.jit._pickle.build_intlist",
              "torch.jit._pickle.build_doublelist",
              "torch.jit._pickle.build_boollist",
              "torch.jit._pickle.build_tensorlist",
              "torch.jit._pickle.restore_type_tag",
              "torch.device",
              "numpy.dtype",
              "numpy.core.multiarray.scalar",
              "numpy._core.multiarray.scalar",
              "_codecs.encode",
              "argparse.Namespace",
              "builtins.set",
              "__builtin__.set" ->
              true;
          default -> false;
        };
  }

  /**
   * Classes whose instances are their attributes, no more: those that a TorchScript archive defines
   * itself, and the parsed command line that training scripts leave in checkpoints.
   */
  static boolean isAttributeHolder(GlobalValue global) {
    return isTorchScriptClass(global) || global.fullName().equals("argparse.Namespace");
  }

  private static boolean isTorchScriptClass(GlobalValue global) {
    return global.module().equals("__torch__") || global.module().startsWith("__torch__.");
  }

  /** What a call stands for, or null if the arguments do not fit. */
  static @Nullable PickleValue call(GlobalValue global, List<PickleValue> args) {
    return switch (global.fullName()) {
      case "collections.OrderedDict" -> orderedDict(args);
      case "torch._utils._rebuild_tensor" -> args.size() == 4 ? tensor(args) : null;
      case "torch._utils._rebuild_tensor_v2" ->
          args.size() >= 6 && args.size() <= 7 && args.get(4) instanceof BoolValue
              ? tensor(args)
              : null;
      case "torch._utils._rebuild_parameter" ->
          !args.isEmpty() && args.get(0) instanceof TensorValue t ? t : null;
      case "torch.Size" -> args.size() == 1 && args.get(0) instanceof TupleValue t ? t : null;
      case "torch.jit._pickle.build_intlist",
          "torch.jit._pickle.build_doublelist",
          "torch.jit._pickle.build_boollist",
          "torch.jit._pickle.build_tensorlist",
          "builtins.set",
          "__builtin__.set" ->
          args.size() == 1 && args.get(0) instanceof ListValue l ? l : null;
      case "torch.jit._pickle.restore_type_tag" ->
          args.size() == 2 && args.get(1) instanceof StringValue ? args.get(0) : null;
      case "numpy.dtype" -> new ObjectValue(global);
      case "torch.device", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" ->
          NoneValue.NONE;
      case "_codecs.encode" ->
          args.size() == 2
                  && args.get(0) instanceof StringValue text
                  && args.get(1) instanceof StringValue encoding
                  && encoding.value().equals("latin1")
              ? new BytesValue(text.value().length())
              : null;
      default -> null;
    };
  }

  private static @Nullable PickleValue orderedDict(List<PickleValue> args) {
    DictValue dict = new DictValue();
    if (args.isEmpty()) {
      return dict;
    }
    if (args.size() != 1 || !(args.get(0) instanceof ListValue pairs)) {
      return null;
    }
    for (PickleValue pair : pairs.items()) {
      @Nullable List<PickleValue> kv = items(pair);
      if (kv == null || kv.size() != 2) {
        return null;
      }
      dict.put(kv.get(0), kv.get(1));
    }
    return dict;
  }

  /** Arguments: storage, offset, size, stride; then what no weight needs. */
  private static @Nullable PickleValue tensor(List<PickleValue> args) {
    if (!(args.get(0) instanceof StorageValue storage)
        || !(args.get(1) instanceof IntValue offset)) {
      return null;
    }
    @Nullable List<Long> sizes = integers(args.get(2));
    @Nullable List<Long> strides = integers(args.get(3));
    return sizes == null || strides == null || sizes.size() != strides.size()
        ? null
        : new TensorValue(storage, offset.value(), sizes, strides);
  }

  private static @Nullable List<Long> integers(PickleValue value) {
    @Nullable List<PickleValue> items = items(value);
    if (items == null) {
      return null;
    }
    List<Long> out = new ArrayList<>(items.size());
    for (PickleValue item : items) {
      if (!(item instanceof IntValue i)) {
        return null;
      }
      out.add(i.value());
    }
    return out;
  }

  private static @Nullable List<PickleValue> items(PickleValue value) {
    if (value instanceof TupleValue t) {
      return t.items();
    }
    return value instanceof ListValue l ? l.items() : null;
  }
}
