package io.facekit.core.torch;

import java.util.List;
import java.util.Optional;

/** A statement of TorchScript source. */
sealed interface Stmt {
  int line();

  /** {@code a = value}. */
  record Assign(String target, Expr value, int line) implements Stmt {}

  /** {@code a, b, = value}. */
  record Unpack(List<String> targets, Expr value, int line) implements Stmt {}

  record Evaluate(Expr value, int line) implements Stmt {}

  record Return(Expr value, int line) implements Stmt {}

  record If(Expr condition, List<Stmt> then, List<Stmt> otherwise, int line) implements Stmt {}

  record While(Expr condition, List<Stmt> body, int line) implements Stmt {}

  /** {@code for a in items}. */
  record For(String target, Expr items, List<Stmt> body, int line) implements Stmt {}

  record Raise(Optional<Expr> error, int line) implements Stmt {}

  /** {@code base[index] = value}. */
  record Store(Expr base, Expr index, Expr value, int line) implements Stmt {}

  /** What has no meaning in a graph, such as a write to an attribute; its block is skipped. */
  record Unsupported(String what, int line) implements Stmt {}
}
