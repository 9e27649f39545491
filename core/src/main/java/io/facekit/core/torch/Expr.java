package io.facekit.core.torch;

import java.util.List;

/** An expression of TorchScript source. */
sealed interface Expr {
  int line();

  record Name(String id, int line) implements Expr {}

  record Literal(Arg value, int line) implements Expr {}

  record Attribute(Expr base, String name, int line) implements Expr {}

  record Subscript(Expr base, Expr index, int line) implements Expr {}

  record Items(boolean tuple, List<Expr> items, int line) implements Expr {}

  record Invoke(Expr function, List<Expr> args, List<Keyword> kwargs, int line) implements Expr {}

  /** Understood as Python, but not read: a condition, a dictionary. */
  record Unsupported(String what, int line) implements Expr {}

  record Keyword(String name, Expr value) {}
}
