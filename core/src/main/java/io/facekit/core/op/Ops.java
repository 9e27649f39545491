package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.quant.QuantRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The registry: every op that facekit knows, in alphabetical order. */
public final class Ops {
  public static final List<OpDef<?>> ALL =
      List.of(
          Abs.DEF,
          Add.DEF,
          AveragePool.DEF,
          BatchNormalization.DEF,
          Cast.DEF,
          Clip.DEF,
          Concat.DEF,
          Conv.DEF,
          Div.DEF,
          Elu.DEF,
          Erf.DEF,
          Exp.DEF,
          Flatten.DEF,
          Foreign.DEF,
          ForeignOutput.DEF,
          Gather.DEF,
          Gelu.DEF,
          Gemm.DEF,
          HardSigmoid.DEF,
          HardSwish.DEF,
          LeakyRelu.DEF,
          LpNormalization.DEF,
          MatMul.DEF,
          Max.DEF,
          MaxPool.DEF,
          Min.DEF,
          Mul.DEF,
          Neg.DEF,
          PRelu.DEF,
          Pad.DEF,
          Pow.DEF,
          ReduceL2.DEF,
          ReduceMax.DEF,
          ReduceMean.DEF,
          ReduceSum.DEF,
          Relu.DEF,
          Reshape.DEF,
          Resize.DEF,
          Sigmoid.DEF,
          Slice.DEF,
          Softmax.DEF,
          Sqrt.DEF,
          Sub.DEF,
          Tanh.DEF,
          Tile.DEF,
          Transpose.DEF);

  private static final Map<Class<?>, OpDef<?>> BY_CLASS = new HashMap<>();
  private static final Map<String, OpDef<?>> BY_NAME = new HashMap<>();
  private static final Map<String, AtenBinding> BY_ATEN = new HashMap<>();
  private static final Map<String, AtenListBinding> BY_ATEN_TO_LIST = new HashMap<>();
  private static final Map<String, OpDef.FromOnnx> BY_ONNX = new HashMap<>();

  static {
    for (OpDef<?> def : ALL) {
      unique(BY_CLASS.put(def.type(), def), def.name());
      unique(BY_NAME.put(def.name(), def), def.name());
      def.aten()
          .forEach(
              (schema, load) ->
                  unique(BY_ATEN.put(schema.name(), new AtenBinding(schema, load)), schema.name()));
      def.atenToList()
          .forEach(
              (schema, load) ->
                  unique(
                      BY_ATEN_TO_LIST.put(schema.name(), new AtenListBinding(schema, load)),
                      schema.name()));
      def.onnx().forEach((type, load) -> unique(BY_ONNX.put(type, load), type));
    }
  }

  private Ops() {}

  /** How a call of one ATen operator is imported. */
  public record AtenBinding(AtenSchema schema, OpDef.FromAten load) {}

  /** How a call of one ATen operator that makes a list of tensors is imported. */
  public record AtenListBinding(AtenSchema schema, OpDef.FromAtenToList load) {}

  public static OpDef<?> of(Op op) {
    @Nullable OpDef<?> def = BY_CLASS.get(op.getClass());
    if (def == null) {
      throw new IllegalArgumentException("op " + op.type() + " is not registered");
    }
    return def;
  }

  public static Optional<OpDef<?>> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * The op that a printed form stands for: the inverse of its record's {@code toString}.
   *
   * @throws IllegalArgumentException if no op has that name, or the attributes do not fit
   */
  public static Op fromText(String name, Map<String, String> attributes) {
    return named(name)
        .flatMap(OpDef::text)
        .orElseThrow(() -> new IllegalArgumentException("no op is named '" + name + "'"))
        .apply(new OpText(attributes));
  }

  /** The import of an ATen operator, by a name such as {@code aten::prelu}. */
  public static Optional<AtenBinding> aten(String name) {
    return Optional.ofNullable(BY_ATEN.get(name));
  }

  /** The import of an ATen operator that makes a list of tensors, such as {@code aten::split}. */
  public static Optional<AtenListBinding> atenToList(String name) {
    return Optional.ofNullable(BY_ATEN_TO_LIST.get(name));
  }

  /** Whether an ATen operator becomes nodes. */
  public static boolean knowsAten(String name) {
    return BY_ATEN.containsKey(name) || BY_ATEN_TO_LIST.containsKey(name);
  }

  /** The import of an operator of ONNX's default domain, by a name such as {@code PRelu}. */
  public static Optional<OpDef.FromOnnx> onnx(String type) {
    return Optional.ofNullable(BY_ONNX.get(type));
  }

  public static QuantRule rule(Node node) {
    return of(node.op()).rule();
  }

  private static void unique(@Nullable Object previous, String name) {
    if (previous != null) {
      throw new IllegalStateException("two definitions of " + name);
    }
  }
}
