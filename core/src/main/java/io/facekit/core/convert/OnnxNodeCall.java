package io.facekit.core.convert;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttribute;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.op.OnnxCall;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node of an ONNX graph with its inputs resolved. */
final class OnnxNodeCall implements OnnxCall {
  /** Operators that repeat axes of size 1 by themselves. */
  private static final Set<String> BROADCASTING =
      Set.of("Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "Sum");

  private final OnnxScope scope;
  private final OnnxModel.Step step;
  private final List<Node> added = new ArrayList<>();

  OnnxNodeCall(OnnxScope scope, OnnxModel.Step step) {
    this.scope = scope;
    this.step = step;
  }

  @Override
  public String type() {
    return step.type();
  }

  @Override
  public int opset() {
    return scope.model().opset();
  }

  @Override
  public boolean has(int input) {
    return input < step.inputs().size() && !step.inputs().get(input).isEmpty();
  }

  private OnnxBound bound(int input) {
    if (!has(input)) {
      throw unsupported("without input " + input);
    }
    return scope.bound(step.inputs().get(input));
  }

  @Override
  public Value tensor(int input) {
    OnnxBound b = bound(input);
    if (b instanceof OnnxBound.Tensor t && t.value().type().dtype() == DType.FLOAT32) {
      return t.value();
    }
    if (b instanceof OnnxBound.Expanded e && isRepeatedHere(e.shape())) {
      return e.value();
    }
    if (b instanceof OnnxBound.Constant) {
      return weight(input);
    }
    throw unsupported("input " + input + " of " + describe(b));
  }

  private boolean isRepeatedHere(Shape shape) {
    return BROADCASTING.contains(step.type())
        && step.inputs().stream()
            .filter(name -> !name.isEmpty())
            .map(scope::bound)
            .anyMatch(
                b -> b instanceof OnnxBound.Tensor t && t.value().type().shape().equals(shape));
  }

  private static String describe(OnnxBound b) {
    if (b instanceof OnnxBound.Tensor t) {
      return "type " + t.value().type();
    } else if (b instanceof OnnxBound.Constant c) {
      return "type " + c.data();
    } else if (b instanceof OnnxBound.Expanded e) {
      return "expanded shape " + e.shape();
    }
    return "sizes";
  }

  @Override
  public Value anyTensor(int input) {
    OnnxBound b = bound(input);
    if (b instanceof OnnxBound.Tensor t) {
      return t.value();
    }
    throw unsupported("input " + input + " of " + describe(b));
  }

  @Override
  public Value weight(int input) {
    TensorData data = weightData(input);
    return weight(input, data);
  }

  @Override
  public TensorData weightData(int input) {
    if (bound(input) instanceof OnnxBound.Constant c) {
      if (!c.data().dtype().isFloat()) {
        throw unsupported("input " + input + " of " + describe(c));
      }
      return c.data();
    }
    throw unsupported("a computed input " + input);
  }

  @Override
  public Value weight(int input, TensorData form) {
    String name =
        bound(input) instanceof OnnxBound.Constant c ? c.name() : step.inputs().get(input);
    return scope.weight(name, form);
  }

  @Override
  public Optional<TensorData> contents(int input) {
    if (!has(input)) {
      return Optional.empty();
    }
    OnnxBound b = bound(input);
    if (b instanceof OnnxBound.Constant c) {
      return Optional.of(c.data());
    }
    return b instanceof OnnxBound.Sizes s && s.isFixed() ? Optional.of(s.data()) : Optional.empty();
  }

  @Override
  public double scalar(int input, double fallback) {
    if (!has(input)) {
      return fallback;
    }
    TensorData data = contents(input).orElseThrow(() -> unsupported("a computed input " + input));
    if (data.elements() != 1) {
      throw unsupported("input " + input + " of shape " + data.shape());
    }
    return data.dtype() == DType.FLOAT32 ? decimal(data.floatAt(0)) : data.doubleAt(0);
  }

  /** The double that a float was written as: 0.01 rather than its nearest float. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  @Override
  public List<Optional<Dim>> sizes(int input) {
    OnnxBound.Sizes sizes =
        OnnxBound.sizes(bound(input)).orElseThrow(() -> unsupported("sizes that are computed"));
    List<Optional<Dim>> dims = new ArrayList<>();
    for (OnnxBound.Term t : sizes.terms()) {
      if (t.factor() < -1 || (t.factor() < 0 && t.symbolic())) {
        throw unsupported("size " + t.factor());
      }
      dims.add(t.factor() < 0 ? Optional.empty() : Optional.of(new Dim(t.factor(), t.symbolic())));
    }
    if (dims.stream().filter(Optional::isEmpty).count() > 1) {
      throw unsupported("two open sizes");
    }
    return dims;
  }

  @Override
  public Optional<List<Integer>> integers(String attribute, int input) {
    return longs(attribute, input).map(l -> exact(attribute, l));
  }

  @Override
  public Optional<List<Integer>> integers(String attribute) {
    return longs(attribute).map(l -> exact(attribute, l));
  }

  @Override
  public Optional<List<Integer>> bounds(String attribute, int input) {
    return longs(attribute, input)
        .map(
            l ->
                l.stream()
                    .map(v -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, v)))
                    .toList());
  }

  private Optional<List<Long>> longs(String attribute, int input) {
    if (hasAttribute(attribute) || !has(input)) {
      return longs(attribute);
    }
    OnnxBound.Sizes sizes =
        OnnxBound.sizes(bound(input))
            .filter(OnnxBound.Sizes::isFixed)
            .orElseThrow(() -> unsupported(attribute + " that are computed"));
    return Optional.of(sizes.terms().stream().map(OnnxBound.Term::factor).toList());
  }

  private Optional<List<Long>> longs(String attribute) {
    @Nullable OnnxAttribute a = step.attributes().get(attribute);
    if (a == null) {
      return Optional.empty();
    }
    if (a instanceof OnnxAttribute.Ints list) {
      return Optional.of(list.values());
    }
    throw unsupported(attribute + " of another kind");
  }

  private List<Integer> exact(String attribute, List<Long> values) {
    return values.stream().map(v -> exact(attribute, v)).toList();
  }

  private int exact(String attribute, long value) {
    if (value != (int) value) {
      throw unsupported(attribute + " " + value);
    }
    return (int) value;
  }

  @Override
  public int integer(String attribute, int fallback) {
    @Nullable OnnxAttribute a = step.attributes().get(attribute);
    if (a == null) {
      return fallback;
    }
    if (a instanceof OnnxAttribute.Int i) {
      return exact(attribute, i.value());
    }
    throw unsupported(attribute + " of another kind");
  }

  @Override
  public double number(String attribute, double fallback) {
    @Nullable OnnxAttribute a = step.attributes().get(attribute);
    if (a == null) {
      return fallback;
    }
    if (a instanceof OnnxAttribute.FloatNumber n && Float.isFinite(n.value())) {
      return decimal(n.value());
    }
    throw unsupported(attribute + " of another kind");
  }

  @Override
  public String text(String attribute, String fallback) {
    @Nullable OnnxAttribute a = step.attributes().get(attribute);
    if (a == null) {
      return fallback;
    }
    if (a instanceof OnnxAttribute.Text t) {
      return OnnxNames.clean(t.value());
    }
    throw unsupported(attribute + " of another kind");
  }

  @Override
  public boolean hasAttribute(String attribute) {
    return step.attributes().containsKey(attribute);
  }

  @Override
  public int outputs() {
    return step.outputs().size();
  }

  @Override
  public boolean isRead(int output) {
    return output < step.outputs().size() && scope.isRead(step.outputs().get(output));
  }

  @Override
  public void result(int output, Value value) {
    if (isRead(output)) {
      scope.bind(step.outputs().get(output), new OnnxBound.Tensor(value));
    }
  }

  @Override
  public long tracedBatch() {
    return scope.tracedBatch();
  }

  @Override
  public Value node(Op op, List<Value> inputs) {
    Optional<TensorData> number = ScalarArithmetic.fold(op, inputs);
    if (number.isPresent()) {
      return scope.graph().constant(scope.nodeName(step), number.get());
    }
    Value out = scope.graph().append(scope.nodeName(step), op, inputs);
    if (out.producer() != null) {
      added.add(out.producer());
    }
    return out;
  }

  @Override
  public Value constant(String suffix, TensorData data) {
    return scope.graph().constant(scope.nodeName(step) + "." + suffix, data);
  }

  @Override
  public void note(String text) {
    scope.notes().add(scope.place(step) + ": " + text);
  }

  @Override
  public RuntimeException unsupported(String what) {
    return scope.unsupported(step, what);
  }

  /** Takes back the nodes that the call has added. */
  void undo() {
    Collections.reverse(added);
    added.forEach(scope.graph()::remove);
    added.clear();
  }
}
