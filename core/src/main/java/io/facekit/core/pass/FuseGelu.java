package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Add;
import io.facekit.core.op.Div;
import io.facekit.core.op.Erf;
import io.facekit.core.op.Gelu;
import io.facekit.core.op.Mul;
import io.facekit.core.op.Pow;
import io.facekit.core.op.Tanh;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Recognises Gelu as ONNX files before operator set 20 spell it, with its factors in any order.
 *
 * <pre>
 * e = Erf(Div(x, sqrt(2)));  y = Mul(Mul(x, Add(e, 1)), 0.5)     becomes     y = Gelu(x)
 * t = Tanh(Mul(Add(x, Mul(Pow(x, 3), 0.044715)), sqrt(2 / pi))), likewise, is its approximation
 * </pre>
 */
public final class FuseGelu implements Pass {
  /** Of a number that is written as float16 or float32. */
  private static final double TOLERANCE = 1e-6;

  private static final double CUBIC = 0.044715;

  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node n : graph.nodes()) {
      Optional<Value> x = n.op() instanceof Mul ? source(n, false) : Optional.empty();
      boolean approximate = n.op() instanceof Mul && x.isEmpty();
      if (approximate) {
        x = source(n, true);
      }
      if (x.isPresent() && x.get().type().equals(n.output().type())) {
        graph.replaceNode(n, new Gelu(approximate), List.of(x.get()));
        changed = true;
      }
    }
    return changed;
  }

  /** What the half of x times its share is made of. */
  private static Optional<Value> source(Node product, boolean approximate) {
    List<Value> factors = factors(product);
    for (Value x : factors) {
      List<Value> others = new ArrayList<>(factors);
      others.remove(x);
      boolean fits =
          others.size() == 2
              && ((isNumber(others.get(0), 0.5) && isShare(others.get(1), x, approximate))
                  || (isNumber(others.get(1), 0.5) && isShare(others.get(0), x, approximate)));
      if (fits) {
        return Optional.of(x);
      }
    }
    return Optional.empty();
  }

  /** The three factors of two products. */
  private static List<Value> factors(Node product) {
    for (int i = 0; i < 2; i++) {
      Node inner = product.input(i).producer();
      if (inner != null && inner.op() instanceof Mul) {
        List<Value> factors = new ArrayList<>(inner.inputs());
        factors.add(product.input(1 - i));
        if (factors.stream().anyMatch(v -> isNumber(v, 0.5))) {
          return factors;
        }
      }
    }
    return List.of();
  }

  private static boolean isShare(Value v, Value x, boolean approximate) {
    return with(v, Add.class, 1)
        .filter(
            inner ->
                approximate ? isBentTanh(inner, x) : isNode(inner, Erf.class, z -> isScaled(z, x)))
        .isPresent();
  }

  private static boolean isScaled(Value v, Value x) {
    Node n = v.producer();
    boolean divided =
        n != null && n.op() instanceof Div && n.input(0) == x && isNumber(n.input(1), Math.sqrt(2));
    return divided || with(v, Mul.class, Math.sqrt(0.5)).filter(z -> z == x).isPresent();
  }

  private static boolean isBentTanh(Value v, Value x) {
    return isNode(
        v,
        Tanh.class,
        z ->
            with(z, Mul.class, Math.sqrt(2 / Math.PI))
                .filter(sum -> isPair(sum, Add.class, x, bent -> isCubic(bent, x)))
                .isPresent());
  }

  private static boolean isCubic(Value v, Value x) {
    return with(v, Mul.class, CUBIC)
        .filter(cube -> isPower(cube, x) || isPair(cube, Mul.class, x, s -> isSquare(s, x)))
        .isPresent();
  }

  private static boolean isPower(Value v, Value x) {
    Node n = v.producer();
    return n != null && n.op() instanceof Pow && n.input(0) == x && isNumber(n.input(1), 3);
  }

  private static boolean isSquare(Value v, Value x) {
    return isPair(v, Mul.class, x, other -> other == x);
  }

  private static boolean isNode(Value v, Class<? extends Op> op, Predicate<Value> input) {
    Node n = v.producer();
    return n != null && op.isInstance(n.op()) && input.test(n.input(0));
  }

  /** Whether an op of two operands has {@code x} and one that fits. */
  private static boolean isPair(Value v, Class<? extends Op> op, Value x, Predicate<Value> other) {
    Node n = v.producer();
    return n != null
        && op.isInstance(n.op())
        && ((n.input(0) == x && other.test(n.input(1)))
            || (n.input(1) == x && other.test(n.input(0))));
  }

  /** The other operand of an op that has a number as one. */
  private static Optional<Value> with(Value v, Class<? extends Op> op, double number) {
    Node n = v.producer();
    if (n == null || !op.isInstance(n.op())) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      if (isNumber(n.input(i), number)) {
        return Optional.of(n.input(1 - i));
      }
    }
    return Optional.empty();
  }

  private static boolean isNumber(Value v, double number) {
    return v.isConstant()
        && v.data().elements() == 1
        && Math.abs(v.data().doubleAt(0) - number) <= TOLERANCE;
  }
}
