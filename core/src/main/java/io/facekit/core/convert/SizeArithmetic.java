package io.facekit.core.convert;

import io.facekit.core.tensor.Dim;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Arithmetic on sizes, the batch size among them, that leaves a size. */
final class SizeArithmetic {
  private static final Set<String> NAMES =
      Set.of(
          "aten::add",
          "aten::sub",
          "aten::mul",
          "aten::div",
          "aten::floor_divide",
          "aten::floordiv");

  private SizeArithmetic() {}

  /** {@code factor}, or {@code factor} times the batch size. */
  private record Multiple(long factor, boolean symbolic) {
    Bound bound() {
      return factor < 0 && !symbolic
          ? new Bound.Scalar(factor)
          : new Bound.Size(new Dim(factor, symbolic));
    }
  }

  static boolean knows(String op) {
    return NAMES.contains(op);
  }

  /**
   * Empty if the call is no arithmetic on sizes; an empty result inside if it is, and the outcome
   * is no multiple of the batch size.
   */
  static Optional<Optional<Bound>> evaluate(String op, Bound left, Bound right) {
    boolean sizes = left instanceof Bound.Size || right instanceof Bound.Size;
    @Nullable Multiple a = number(left);
    @Nullable Multiple b = number(right);
    if (!sizes || a == null || b == null) {
      return Optional.empty();
    }
    @Nullable Multiple n =
        switch (op) {
          case "aten::add" -> plus(a, b.factor(), b.symbolic());
          case "aten::sub" -> plus(a, Math.negateExact(b.factor()), b.symbolic());
          case "aten::mul" -> times(a, b);
          default -> divided(a, b, op.equals("aten::div"));
        };
    boolean possible = n != null && (n.factor() >= 0 || !n.symbolic());
    return Optional.of(Optional.ofNullable(possible ? n : null).map(Multiple::bound));
  }

  private static @Nullable Multiple number(Bound b) {
    if (b instanceof Bound.Size s) {
      return new Multiple(s.dim().factor(), s.dim().symbolic());
    }
    if (b instanceof Bound.Scalar n) {
      return whole(n.value());
    }
    return b instanceof Bound.Tensor t
            && t.value().isConstant()
            && t.value().type().shape().rank() == 0
        ? whole(t.value().data().doubleAt(0))
        : null;
  }

  private static @Nullable Multiple whole(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? new Multiple((long) value, false)
        : null;
  }

  private static @Nullable Multiple plus(Multiple a, long factor, boolean symbolic) {
    boolean same = a.symbolic() == symbolic || a.factor() == 0 || factor == 0;
    return same
        ? new Multiple(
            Math.addExact(a.factor(), factor),
            a.factor() == 0 ? symbolic : factor == 0 ? a.symbolic() : symbolic)
        : null;
  }

  private static @Nullable Multiple times(Multiple a, Multiple b) {
    return a.symbolic() && b.symbolic()
        ? null
        : new Multiple(Math.multiplyExact(a.factor(), b.factor()), a.symbolic() || b.symbolic());
  }

  /** Division that rounds down, or that must be exact. */
  private static @Nullable Multiple divided(Multiple a, Multiple b, boolean exact) {
    if (b.factor() == 0 || (b.symbolic() && !a.symbolic())) {
      return null;
    }
    boolean symbolic = a.symbolic() && !b.symbolic();
    boolean rounds = a.factor() % b.factor() != 0;
    return rounds && (exact || symbolic)
        ? null
        : new Multiple(Math.floorDiv(a.factor(), b.factor()), symbolic);
  }
}
