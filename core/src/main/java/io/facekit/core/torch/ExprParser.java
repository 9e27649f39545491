package io.facekit.core.torch;

import io.facekit.core.torch.Arg.BoolArg;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Parses the expressions that PyTorch's serializer writes. */
final class ExprParser {
  private static final int DEEPEST = 200;

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
    Expr value = in.peek().isWord("not") ? skipNot(line) : postfix();
    if (in.acceptWord("if")) {
      expression();
      if (!in.acceptWord("else")) {
        throw in.malformed("expected 'else'");
      }
      expression();
      value = new Expr.Unsupported("a conditional expression", line);
    }
    while (in.acceptWord("and") || in.acceptWord("or")) {
      expression();
      value = new Expr.Unsupported("a logical expression", line);
    }
    depth--;
    return value;
  }

  private Expr skipNot(int line) {
    in.next();
    expression();
    return new Expr.Unsupported("a logical expression", line);
  }

  private Expr postfix() {
    Expr value = primary();
    for (int links = 0; ; links++) {
      // Chains are walked recursively later.
      if (links > DEEPEST) {
        throw in.malformed("a chain of more than " + DEEPEST + " accesses");
      }
      int line = in.line();
      if (in.accept('.')) {
        value = new Expr.Attribute(value, in.word(), line);
      } else if (in.accept('(')) {
        value = invoke(value, line);
      } else if (in.accept('[')) {
        List<Expr> index = items(']');
        value =
            new Expr.Subscript(
                value, index.size() == 1 ? index.get(0) : new Expr.Items(true, index, line), line);
      } else {
        return value;
      }
    }
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
        while (!in.accept('}')) {
          expression();
          in.expect(':');
          expression();
          if (!in.accept(',')) {
            in.expect('}');
            break;
          }
        }
        return new Expr.Unsupported("a dictionary", line);
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
