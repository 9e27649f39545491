package io.facekit.core.torch;

import io.facekit.core.torch.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses the statements that PyTorch's serializer writes. */
final class StmtParser {
  private static final int DEEPEST = 200;

  private final TokenStream in;
  private final ExprParser expressions;
  private int depth;

  StmtParser(TokenStream in, ExprParser expressions) {
    this.in = in;
    this.expressions = expressions;
  }

  /** A colon and the indented statements after it. */
  List<Stmt> block() {
    if (++depth > DEEPEST) {
      throw in.malformed("blocks are nested deeper than " + DEEPEST);
    }
    in.expect(':');
    in.expect(Kind.NEWLINE);
    in.expect(Kind.INDENT);
    List<Stmt> body = new ArrayList<>();
    while (!in.accept(Kind.DEDENT) && in.peek().kind() != Kind.END) {
      statement(body);
    }
    depth--;
    return body;
  }

  private void statement(List<Stmt> body) {
    int line = in.line();
    Token first = in.peek();
    if (first.kind() == Kind.WORD && !in.peekNext().is('=')) {
      switch (first.text()) {
        case "if" -> {
          in.next();
          body.add(branch(line));
          return;
        }
        case "while" -> {
          in.next();
          body.add(new Stmt.While(expressions.expression(), block(), line));
          return;
        }
        case "for" -> {
          in.next();
          body.add(loop(line));
          return;
        }
        case "with", "del", "class", "def", "try", "break", "continue" -> {
          in.skipStatement();
          body.add(new Stmt.Unsupported("'" + first.text() + "'", line));
          return;
        }
        case "pass" -> {
          in.next();
          in.expect(Kind.NEWLINE);
          return;
        }
        case "assert" -> {
          in.next();
          body.add(assertion(line));
          in.expect(Kind.NEWLINE);
          return;
        }
        case "raise" -> {
          in.next();
          body.add(new Stmt.Raise(rest(), line));
          in.expect(Kind.NEWLINE);
          return;
        }
        case "return" -> {
          in.next();
          Expr none = new Expr.Literal(Arg.NoneArg.NONE, line);
          body.add(new Stmt.Return(rest().orElse(none), line));
          in.expect(Kind.NEWLINE);
          return;
        }
        default -> {}
      }
    }
    body.add(simple(line));
    in.expect(Kind.NEWLINE);
  }

  private Optional<Expr> rest() {
    return in.peek().kind() == Kind.NEWLINE
        ? Optional.empty()
        : Optional.of(expressions.expressionList());
  }

  private Stmt branch(int line) {
    Expr condition = expressions.expression();
    List<Stmt> then = block();
    List<Stmt> otherwise = List.of();
    int next = in.line();
    if (in.acceptWord("elif")) {
      if (++depth > DEEPEST) {
        throw in.malformed("blocks are nested deeper than " + DEEPEST);
      }
      otherwise = List.of(branch(next));
      depth--;
    } else if (in.acceptWord("else")) {
      otherwise = block();
    }
    return new Stmt.If(condition, then, otherwise, line);
  }

  private Stmt loop(int line) {
    String target = in.word();
    if (!in.acceptWord("in")) {
      throw in.malformed("expected 'in'");
    }
    return new Stmt.For(target, expressions.expression(), block(), line);
  }

  private Stmt assertion(int line) {
    Expr condition = expressions.expression();
    Optional<Expr> message =
        in.accept(',') ? Optional.of(expressions.expression()) : Optional.empty();
    return new Stmt.If(condition, List.of(), List.of(new Stmt.Raise(message, line)), line);
  }

  private Stmt simple(int line) {
    Expr target = expressions.expression();
    if (in.accept(':')) {
      expressions.expression();
    }
    if (in.peek().is(',')) {
      List<String> names = new ArrayList<>();
      names.add(plainName(target));
      while (in.accept(',')) {
        if (in.peek().kind() == Kind.WORD) {
          names.add(in.word());
        }
      }
      in.expect('=');
      return new Stmt.Unpack(names, expressions.expressionList(), line);
    }
    if (!in.accept('=')) {
      return new Stmt.Evaluate(target, line);
    }
    Expr value = expressions.expressionList();
    if (target instanceof Expr.Name name) {
      return new Stmt.Assign(name.id(), value, line);
    }
    return target instanceof Expr.Subscript s
        ? new Stmt.Store(s.base(), s.index(), value, line)
        : new Stmt.Unsupported("a write to an attribute", line);
  }

  private String plainName(Expr target) {
    if (target instanceof Expr.Name name) {
      return name.id();
    }
    throw in.malformed("expected a name");
  }
}
