package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.quant.QuantRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that facekit knows of one op. An absent facet means that the op is unsupported there.
 */
public final class OpDef<T extends Op> {
  /** Turns a call of an ATen operator into nodes. */
  public interface FromAten {
    Value load(AtenCall call);
  }

  /** Turns a call of an ATen operator that makes a list of tensors into nodes. */
  public interface FromAtenToList {
    List<Value> load(AtenCall call);
  }

  /** Turns a node of an ONNX model into nodes. */
  public interface FromOnnx {
    /** The first output; {@link OnnxCall#result} tells the others. */
    Value load(OnnxCall call);
  }

  /** Writes one node as ONNX nodes. */
  public interface ToOnnx<T> {
    void emit(T op, Node node, OnnxOut out);
  }

  /** Writes one node as TFLite operators. */
  public interface ToTflite<T> {
    void emit(T op, Node node, TfliteOut out);
  }

  private final Class<T> type;
  private final Map<AtenSchema, FromAten> fromAten = new LinkedHashMap<>();
  private final Map<AtenSchema, FromAtenToList> fromAtenToList = new LinkedHashMap<>();
  private final Map<String, FromOnnx> fromOnnx = new LinkedHashMap<>();
  private @Nullable ToOnnx<T> toOnnx;
  private @Nullable ToTflite<T> toTflite;
  private @Nullable Function<OpText, T> fromText;
  private @Nullable String tfliteLimit;
  private BiPredicate<T, Node> tfliteCondition = (op, node) -> true;
  private QuantRule rule = new QuantRule.FloatOnly("no rule");

  private OpDef(Class<T> type) {
    this.type = type;
  }

  public static <T extends Op> OpDef<T> of(Class<T> type) {
    return new OpDef<>(type);
  }

  public OpDef<T> fromAten(String schema, FromAten load) {
    fromAten.put(AtenSchema.parse(schema), load);
    return this;
  }

  public OpDef<T> fromAtenToList(String schema, FromAtenToList load) {
    fromAtenToList.put(AtenSchema.parse(schema), load);
    return this;
  }

  /**
   * @param type an operator of ONNX's default domain in every version from operator set 9 to 21:
   *     {@link OnnxCall#opset} tells which
   */
  public OpDef<T> fromOnnx(String type, FromOnnx load) {
    if (fromOnnx.put(type, load) != null) {
      throw new IllegalStateException("two imports of " + type);
    }
    return this;
  }

  public OpDef<T> fromText(Function<OpText, T> parse) {
    fromText = parse;
    return this;
  }

  public OpDef<T> toOnnx(ToOnnx<T> emit) {
    toOnnx = emit;
    return this;
  }

  public OpDef<T> toTflite(ToTflite<T> emit) {
    toTflite = emit;
    return this;
  }

  /**
   * Narrows {@link #toTflite} to the attributes and operands that TFLite can express.
   *
   * @param limit the condition in words, for example {@code only from 0 to 6}
   */
  public OpDef<T> expressibleInTflite(String limit, BiPredicate<T, Node> condition) {
    tfliteLimit = limit;
    tfliteCondition = condition;
    return this;
  }

  public OpDef<T> quantized(QuantRule quantRule) {
    rule = quantRule;
    return this;
  }

  public Class<T> type() {
    return type;
  }

  public String name() {
    return type.getSimpleName();
  }

  public Map<AtenSchema, FromAten> aten() {
    return fromAten;
  }

  public Map<AtenSchema, FromAtenToList> atenToList() {
    return fromAtenToList;
  }

  public Map<String, FromOnnx> onnx() {
    return fromOnnx;
  }

  public Optional<Function<OpText, T>> text() {
    return Optional.ofNullable(fromText);
  }

  public QuantRule rule() {
    return rule;
  }

  public boolean hasOnnx() {
    return toOnnx != null;
  }

  public boolean hasTflite() {
    return toTflite != null;
  }

  /** The condition under which TFLite can express the op, if there is one. */
  public Optional<String> tfliteLimit() {
    return Optional.ofNullable(tfliteLimit);
  }

  /** Whether TFLite can express a node whose op is of this definition's class. */
  public boolean hasTflite(Node node) {
    return toTflite != null && tfliteCondition.test(type.cast(node.op()), node);
  }

  /** Emits a node whose op is of this definition's class. */
  public void emitOnnx(Node node, OnnxOut out) {
    if (toOnnx != null) {
      toOnnx.emit(type.cast(node.op()), node, out);
    }
  }

  /** Emits a node whose op is of this definition's class. */
  public void emitTflite(Node node, TfliteOut out) {
    if (toTflite != null) {
      toTflite.emit(type.cast(node.op()), node, out);
    }
  }
}
