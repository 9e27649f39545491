package io.facekit.core.torch;

import java.util.List;

/** A statement of TorchScript source. */
sealed interface Stmt {
  int line();

  /** {@code a = value}. */
  record Assign(String target, Expr value, int line) implements Stmt {}

  /** {@code a, b, = value}. */
  record Unpack(List<String> targets, Expr value, int line) implements Stmt {}

  record Evaluate(Expr value, int line) implements Stmt {}

  record Return(Expr value, int line) implements Stmt {}

  /** Control flow and writes to attributes or elements; its block is skipped. */
  record Unsupported(String what, int line) implements Stmt {}
}
