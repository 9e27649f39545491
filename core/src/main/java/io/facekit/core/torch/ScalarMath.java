package io.facekit.core.torch;

import io.facekit.core.torch.Arg.BoolArg;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.StrArg;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions of TorchScript on numbers, truth values and strings, as Python computes them. */
final class ScalarMath {
  /** The names of all functions here. */
  static final Set<String> FUNCTIONS =
      Set.of(
          "Bool",
          "Float",
          "FloatImplicit",
          "Int",
          "IntImplicit",
          "NumToTensor",
          "Scalar",
          "ScalarImplicit",
          "__and__",
          "__contains__",
          "__derive_index",
          "__not__",
          "__or__",
          "__range_length",
          "__xor__",
          "abs",
          "add",
          "ceil",
          "device",
          "div",
          "eq",
          "floor",
          "floor_divide",
          "floordiv",
          "ge",
          "gt",
          "item",
          "le",
          "lt",
          "max",
          "min",
          "mul",
          "ne",
          "neg",
          "pow",
          "remainder",
          "sqrt",
          "str",
          "sub",
          "type");

  private static final int LONGEST_STRING = 10_000;

  private ScalarMath() {}

  static boolean isScalar(Arg arg) {
    return isNumber(arg) || arg instanceof StrArg;
  }

  private static boolean isNumber(Arg arg) {
    return arg instanceof IntArg || arg instanceof FloatArg || arg instanceof BoolArg;
  }

  /**
   * @param op without its namespace
   * @return empty if there is no such function of these scalars
   * @throws ArithmeticException for a result that does not fit, and a division by zero
   */
  static Optional<Arg> apply(String op, List<Arg> args) {
    if (!FUNCTIONS.contains(op)) {
      return Optional.empty();
    }
    if (args.size() == 1) {
      return Optional.ofNullable(isNumber(args.get(0)) ? unary(op, args.get(0)) : null)
          .or(() -> op.equals("str") ? Optional.of(new StrArg(text(args.get(0)))) : word(op, args));
    }
    if (args.size() != 2) {
      return args.size() == 3 && args.stream().allMatch(IntArg.class::isInstance)
          ? range(op, integer(args.get(0)), integer(args.get(1)), integer(args.get(2)))
          : Optional.empty();
    }
    Arg a = args.get(0);
    Arg b = args.get(1);
    if (a instanceof StrArg s && b instanceof StrArg t) {
      return strings(op, s.value(), t.value());
    }
    if (!isNumber(a) || !isNumber(b)) {
      return op.equals("ne") || op.equals("eq")
          ? Optional.of(new BoolArg(op.equals("ne")))
          : Optional.empty();
    }
    return a instanceof FloatArg || b instanceof FloatArg
        ? reals(op, number(a), number(b))
        : integers(op, integer(a), integer(b), a instanceof BoolArg && b instanceof BoolArg);
  }

  static boolean truth(Arg scalar) {
    return scalar instanceof StrArg s ? !s.value().isEmpty() : number(scalar) != 0;
  }

  static double number(Arg arg) {
    return arg instanceof FloatArg f ? f.value() : integer(arg);
  }

  private static long integer(Arg arg) {
    return arg instanceof IntArg i ? i.value() : arg instanceof BoolArg b && b.value() ? 1 : 0;
  }

  /** As {@code torch.format} writes it. */
  static String text(Arg arg) {
    return arg instanceof StrArg s
        ? s.value()
        : arg instanceof BoolArg b
            ? b.value() ? "True" : "False"
            : arg instanceof IntArg i
                ? Long.toString(i.value())
                : arg instanceof FloatArg f
                    ? Double.toString(f.value())
                    : arg instanceof Arg.NoneArg ? "None" : "...";
  }

  static String shortened(String text) {
    return text.length() <= LONGEST_STRING ? text : text.substring(0, LONGEST_STRING);
  }

  private static Optional<Arg> word(String op, List<Arg> args) {
    return args.get(0) instanceof StrArg s && (op.equals("type") || op.equals("device"))
        ? Optional.of(s)
        : Optional.empty();
  }

  private static @Nullable Arg unary(String op, Arg a) {
    double x = number(a);
    boolean real = a instanceof FloatArg;
    return switch (op) {
      case "NumToTensor", "Scalar", "item", "ScalarImplicit" -> a;
      case "Int", "IntImplicit" -> new IntArg(real ? exact(x) : integer(a));
      case "Float", "FloatImplicit" -> new FloatArg(x);
      case "Bool" -> new BoolArg(x != 0);
      case "__not__" -> new BoolArg(x == 0);
      case "neg" -> real ? new FloatArg(-x) : new IntArg(Math.negateExact(integer(a)));
      case "abs" -> real ? new FloatArg(Math.abs(x)) : new IntArg(Math.absExact(integer(a)));
      case "floor" -> new IntArg(real ? exact(Math.floor(x)) : integer(a));
      case "ceil" -> new IntArg(real ? exact(Math.ceil(x)) : integer(a));
      case "sqrt" -> new FloatArg(Math.sqrt(x));
      default -> null;
    };
  }

  private static long exact(double x) {
    double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
    if (!(Math.abs(whole) < 0x1p62)) {
      throw new ArithmeticException("a number that does not fit in 64 bits");
    }
    return (long) whole;
  }

  private static Optional<Arg> strings(String op, String a, String b) {
    return Optional.ofNullable(
        switch (op) {
          case "eq" -> new BoolArg(a.equals(b));
          case "ne" -> new BoolArg(!a.equals(b));
          case "__contains__" -> new BoolArg(a.contains(b));
          case "add" -> new StrArg(shortened(a + b));
          default -> null;
        });
  }

  private static Optional<Arg> reals(String op, double a, double b) {
    return Optional.ofNullable(
        switch (op) {
          case "eq" -> new BoolArg(a == b);
          case "ne" -> new BoolArg(a != b);
          case "lt" -> new BoolArg(a < b);
          case "le" -> new BoolArg(a <= b);
          case "gt" -> new BoolArg(a > b);
          case "ge" -> new BoolArg(a >= b);
          case "add" -> new FloatArg(a + b);
          case "sub" -> new FloatArg(a - b);
          case "mul" -> new FloatArg(a * b);
          case "div" -> new FloatArg(a / nonZero(b));
          case "floordiv" -> new FloatArg(Math.floor(a / nonZero(b)));
          case "pow" -> new FloatArg(Math.pow(a, b));
          case "min" -> new FloatArg(Math.min(a, b));
          case "max" -> new FloatArg(Math.max(a, b));
          default -> null;
        });
  }

  private static Optional<Arg> integers(String op, long a, long b, boolean flags) {
    return Optional.ofNullable(
        switch (op) {
          case "eq" -> new BoolArg(a == b);
          case "ne" -> new BoolArg(a != b);
          case "lt" -> new BoolArg(a < b);
          case "le" -> new BoolArg(a <= b);
          case "gt" -> new BoolArg(a > b);
          case "ge" -> new BoolArg(a >= b);
          case "add" -> new IntArg(Math.addExact(a, b));
          case "sub" -> new IntArg(Math.subtractExact(a, b));
          case "mul" -> new IntArg(Math.multiplyExact(a, b));
          case "div" -> new FloatArg((double) a / nonZero((double) b));
          case "floordiv", "floor_divide" -> new IntArg(Math.floorDiv(a, b));
          case "remainder" -> new IntArg(Math.floorMod(a, b));
          case "min" -> new IntArg(Math.min(a, b));
          case "max" -> new IntArg(Math.max(a, b));
          case "__and__" -> flags ? new BoolArg(a + b == 2) : new IntArg(a & b);
          case "__or__" -> flags ? new BoolArg(a + b > 0) : new IntArg(a | b);
          case "__xor__" -> flags ? new BoolArg(a != b) : new IntArg(a ^ b);
          default -> null;
        });
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("a division by zero");
    }
    return divisor;
  }

  /** What {@code for i in range(start, stop, step)} is serialized to. */
  private static Optional<Arg> range(String op, long a, long b, long c) {
    if (op.equals("__derive_index")) {
      return Optional.of(new IntArg(Math.addExact(b, Math.multiplyExact(a, c))));
    }
    if (!op.equals("__range_length")) {
      return Optional.empty();
    }
    long span = c > 0 ? Math.subtractExact(b, a) : Math.subtractExact(a, b);
    long step = Math.absExact(c);
    return Optional.of(new IntArg(span <= 0 ? 0 : Math.floorDiv(span - 1, step) + 1));
  }
}
