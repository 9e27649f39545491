package io.facekit.core.torch;

import java.util.List;
import java.util.Optional;

/** An expression of TorchScript source. Operators are calls of the {@code torch} functions. */
sealed interface Expr {
  int line();

  record Name(String id, int line) implements Expr {}

  record Literal(Arg value, int line) implements Expr {}

  record Attribute(Expr base, String name, int line) implements Expr {}

  record Subscript(Expr base, Expr index, int line) implements Expr {}

  /** {@code lower:upper} between brackets. */
  record Slice(Optional<Expr> lower, Optional<Expr> upper, int line) implements Expr {}

  record Items(boolean tuple, List<Expr> items, int line) implements Expr {}

  record Dictionary(List<Expr> keys, List<Expr> values, int line) implements Expr {}

  record Invoke(Expr function, List<Expr> args, List<Keyword> kwargs, int line) implements Expr {}

  /** {@code then if condition else otherwise}. */
  record Conditional(Expr condition, Expr then, Expr otherwise, int line) implements Expr {}

  /** {@code left and right}, or {@code left or right}; the right side may not be reached. */
  record Logical(boolean and, Expr left, Expr right, int line) implements Expr {}

  record Keyword(String name, Expr value) {}
}
