package io.facekit.core.torch;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a source file of an archive defines. */
record SourceFile(
    SourcePlace place, Map<String, ClassDef> classes, Map<String, FunctionDef> functions) {
  /**
   * @param constants class attributes with a value
   */
  record ClassDef(Map<String, Expr> constants, Map<String, FunctionDef> methods) {}

  record FunctionDef(String name, List<Parameter> parameters, List<Stmt> body, int line) {}

  record Parameter(String name, Optional<Expr> type, Optional<Expr> defaultValue) {}
}
