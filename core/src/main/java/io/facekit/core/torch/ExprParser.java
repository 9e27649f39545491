package io.facekit.core.torch;

import io.facekit.core.torch.Arg.BoolArg;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses the expressions that PyTorch's serializer writes. */
final class ExprParser {
  private static final int DEEPEST = 200;
  private static final Map<String, String> COMPARISONS =
      Map.of("==", "eq", "!=", "ne", "<", "lt", "<=", "le", ">", "gt", ">=", "ge");

  private final TokenStream in;
  private int depth;

  ExprParser(TokenStream in) {
    this.in = in;
  }

  Expr expression() {
    int line = in.line();
    if (++depth > DEEPEST) {
      throw in.malformed("expressions are nested deeper than " + DEEPEST);
    }
    Expr value = logical(false);
    if (in.acceptWord("if")) {
      Expr condition = logical(false);
      if (!in.acceptWord("else")) {
        throw in.malformed("expected 'else'");
      }
      value = new Expr.Conditional(condition, value, expression(), line);
    }
    depth--;
    return value;
  }

  /** An expression, or a tuple of several without parentheses. */
  Expr expressionList() {
    int line = in.line();
    Expr first = expression();
    if (!in.peek().is(',')) {
      return first;
    }
    List<Expr> items = new ArrayList<>();
    items.add(first);
    while (in.accept(',') && in.peek().kind() != Kind.NEWLINE) {
      items.add(expression());
    }
    return new Expr.Items(true, items, line);
  }

  private Expr logical(boolean and) {
    int line = in.line();
    String word = and ? "and" : "or";
    Expr value = and ? negation() : logical(true);
    for (int links = 0; in.acceptWord(word); links++) {
      checkLinks(links);
      value = new Expr.Logical(and, value, and ? negation() : logical(true), line);
    }
    return value;
  }

  private Expr negation() {
    int line = in.line();
    int count = 0;
    while (in.acceptWord("not")) {
      checkLinks(++count);
    }
    Expr value = comparison();
    for (int i = 0; i < count; i++) {
      value = call("__not__", line, value);
    }
    return value;
  }

  private Expr comparison() {
    int line = in.line();
    Expr left = arithmetic(0);
    if (in.acceptWord("is")) {
      return call(in.acceptWord("not") ? "__isnot__" : "__is__", line, left, arithmetic(0));
    }
    boolean notIn = in.peek().isWord("not") && in.peekNext().isWord("in");
    if (notIn || in.peek().isWord("in")) {
      in.next();
      if (notIn) {
        in.next();
      }
      Expr contains = call("__contains__", line, arithmetic(0), left);
      return notIn ? call("__not__", line, contains) : contains;
    }
    for (Map.Entry<String, String> operator : COMPARISONS.entrySet()) {
      if (in.acceptOperator(operator.getKey())) {
        return call(operator.getValue(), line, left, arithmetic(0));
      }
    }
    return left;
  }

  /** Sums (level 0) and products (level 1) of what binds tighter. */
  private Expr arithmetic(int level) {
    int line = in.line();
    Expr value = level == 0 ? arithmetic(1) : postfix();
    for (int links = 0; ; links++) {
      checkLinks(links);
      String function = level == 0 ? sum() : product();
      if (function.isEmpty()) {
        return value;
      }
      value = call(function, line, value, level == 0 ? arithmetic(1) : postfix());
    }
  }

  private String sum() {
    return in.accept('+') ? "add" : in.accept('-') ? "sub" : "";
  }

  private String product() {
    if (in.acceptOperator("//")) {
      return "floordiv";
    }
    return in.accept('/') ? "div" : in.accept('*') ? "mul" : in.accept('%') ? "remainder" : "";
  }

  private static Expr call(String function, int line, Expr... args) {
    Expr name = new Expr.Attribute(new Expr.Name("torch", line), function, line);
    return new Expr.Invoke(name, List.of(args), List.of(), line);
  }

  /** Chains are walked recursively later. */
  private void checkLinks(int links) {
    if (links > DEEPEST) {
      throw in.malformed("a chain of more than " + DEEPEST + " parts");
    }
  }

  private Expr postfix() {
    Expr value = primary();
    for (int links = 0; ; links++) {
      checkLinks(links);
      int line = in.line();
      if (in.accept('.')) {
        value = new Expr.Attribute(value, in.word(), line);
      } else if (in.accept('(')) {
        value = invoke(value, line);
      } else if (in.accept('[')) {
        value = new Expr.Subscript(value, index(line), line);
      } else {
        return value;
      }
    }
  }

  private Expr index(int line) {
    Optional<Expr> lower = in.peek().is(':') ? Optional.empty() : Optional.of(expression());
    if (in.accept(':')) {
      Optional<Expr> upper = in.peek().is(']') ? Optional.empty() : Optional.of(expression());
      in.expect(']');
      return new Expr.Slice(lower, upper, line);
    }
    if (in.accept(']')) {
      return lower.orElseThrow();
    }
    in.expect(',');
    List<Expr> items = new ArrayList<>();
    items.add(lower.orElseThrow());
    items.addAll(items(']'));
    return new Expr.Items(true, items, line);
  }

  private Expr invoke(Expr function, int line) {
    List<Expr> args = new ArrayList<>();
    List<Expr.Keyword> kwargs = new ArrayList<>();
    while (!in.accept(')')) {
      if (in.peek().kind() == Kind.WORD && in.peekNext().is('=')) {
        String name = in.word();
        in.expect('=');
        kwargs.add(new Expr.Keyword(name, expression()));
      } else {
        args.add(expression());
      }
      if (!in.accept(',')) {
        in.expect(')');
        break;
      }
    }
    return new Expr.Invoke(function, args, kwargs, line);
  }

  private Expr primary() {
    int line = in.line();
    Token token = in.next();
    return switch (token.kind()) {
      case WORD -> word(token.text(), line);
      case INTEGER, FLOAT -> new Expr.Literal(number(token, false), line);
      case STRING -> new Expr.Literal(new StrArg(token.text()), line);
      case OPERATOR -> bracket(token, line);
      default -> throw in.malformed("expected an expression");
    };
  }

  private Expr bracket(Token token, int line) {
    switch (token.text().charAt(0)) {
      case '(' -> {
        if (in.accept(')')) {
          return new Expr.Items(true, List.of(), line);
        }
        Expr first = expression();
        if (in.accept(')')) {
          return first;
        }
        in.expect(',');
        List<Expr> items = new ArrayList<>();
        items.add(first);
        items.addAll(items(')'));
        return new Expr.Items(true, items, line);
      }
      case '[' -> {
        return new Expr.Items(false, items(']'), line);
      }
      case '{' -> {
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!in.accept('}')) {
          keys.add(expression());
          in.expect(':');
          values.add(expression());
          if (!in.accept(',')) {
            in.expect('}');
            break;
          }
        }
        return new Expr.Dictionary(keys, values, line);
      }
      case '-' -> {
        Token number = in.next();
        if (number.kind() == Kind.INTEGER || number.kind() == Kind.FLOAT) {
          return new Expr.Literal(number(number, true), line);
        }
        if (number.isWord("inf")) {
          return new Expr.Literal(new FloatArg(Double.NEGATIVE_INFINITY), line);
        }
        throw in.malformed("expected a number after '-'");
      }
      default -> throw in.malformed("unexpected '" + token.text() + "'");
    }
  }

  private List<Expr> items(char end) {
    List<Expr> items = new ArrayList<>();
    while (!in.accept(end)) {
      items.add(expression());
      if (!in.accept(',')) {
        in.expect(end);
        break;
      }
    }
    return items;
  }

  private Arg number(Token token, boolean negative) {
    String text = negative ? "-" + token.text() : token.text();
    try {
      return token.kind() == Kind.FLOAT
          ? new FloatArg(Double.parseDouble(text))
          : new IntArg(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw in.malformed("a number that cannot be read");
    }
  }

  private static Expr word(String word, int line) {
    return switch (word) {
      case "None" -> new Expr.Literal(NoneArg.NONE, line);
      case "True" -> new Expr.Literal(new BoolArg(true), line);
      case "False" -> new Expr.Literal(new BoolArg(false), line);
      case "inf" -> new Expr.Literal(new FloatArg(Double.POSITIVE_INFINITY), line);
      case "nan" -> new Expr.Literal(new FloatArg(Double.NaN), line);
      default -> new Expr.Name(word, line);
    };
  }
}
