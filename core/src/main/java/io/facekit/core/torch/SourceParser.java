package io.facekit.core.torch;

import io.facekit.core.torch.SourceFile.ClassDef;
import io.facekit.core.torch.SourceFile.FunctionDef;
import io.facekit.core.torch.SourceFile.Parameter;
import io.facekit.core.torch.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses a source file of an archive: classes, functions and their bodies. */
final class SourceParser {
  private final TokenStream in;
  private final ExprParser expressions;
  private final StmtParser statements;

  private SourceParser(TokenStream in) {
    this.in = in;
    this.expressions = new ExprParser(in);
    this.statements = new StmtParser(in, expressions);
  }

  static SourceFile parse(String text, SourcePlace place) {
    SourceParser parser = new SourceParser(new TokenStream(Lexer.tokens(text, place), place));
    Map<String, ClassDef> classes = new LinkedHashMap<>();
    Map<String, FunctionDef> functions = new LinkedHashMap<>();
    parser.file(classes, functions);
    return new SourceFile(place, classes, functions);
  }

  private void file(Map<String, ClassDef> classes, Map<String, FunctionDef> functions) {
    while (in.peek().kind() != Kind.END) {
      if (in.acceptWord("class")) {
        String name = in.word();
        if (classes.put(name, classDef()) != null) {
          throw in.malformed("class " + name + " is defined twice");
        }
      } else if (in.acceptWord("def")) {
        define(functions);
      } else {
        // Old archives start with "op_version_set = 1".
        in.skipStatement();
      }
    }
  }

  private ClassDef classDef() {
    while (!in.peek().is(':') && in.peek().kind() != Kind.NEWLINE && in.peek().kind() != Kind.END) {
      in.next();
    }
    in.expect(':');
    in.expect(Kind.NEWLINE);
    in.expect(Kind.INDENT);
    Map<String, Expr> constants = new LinkedHashMap<>();
    Map<String, FunctionDef> methods = new LinkedHashMap<>();
    while (!in.accept(Kind.DEDENT)) {
      if (in.peek().kind() == Kind.END) {
        break;
      }
      if (in.acceptWord("def")) {
        define(methods);
      } else {
        attribute(constants);
      }
    }
    return new ClassDef(constants, methods);
  }

  /** {@code name : type}, {@code name : type = value}, or bookkeeping that is not needed. */
  private void attribute(Map<String, Expr> constants) {
    if (in.peek().kind() != Kind.WORD || !in.peekNext().is(':')) {
      in.skipStatement();
      return;
    }
    String name = in.word();
    in.expect(':');
    expressions.expression();
    if (in.accept('=')) {
      constants.put(name, expressions.expression());
    }
    in.expect(Kind.NEWLINE);
  }

  private void define(Map<String, FunctionDef> into) {
    int line = in.line();
    String name = in.word();
    in.expect('(');
    List<Parameter> parameters = new ArrayList<>();
    while (!in.accept(')')) {
      String parameter = in.word();
      Optional<Expr> type =
          in.accept(':') ? Optional.of(expressions.expression()) : Optional.empty();
      Optional<Expr> value =
          in.accept('=') ? Optional.of(expressions.expression()) : Optional.empty();
      parameters.add(new Parameter(parameter, type, value));
      if (!in.accept(',')) {
        in.expect(')');
        break;
      }
    }
    if (in.accept('-')) {
      in.expect('>');
      expressions.expression();
    }
    List<Stmt> body = statements.block();
    if (into.put(name, new FunctionDef(name, parameters, body, line)) != null) {
      throw in.malformed(name + " is defined twice");
    }
  }
}
