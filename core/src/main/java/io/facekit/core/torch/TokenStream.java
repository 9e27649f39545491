package io.facekit.core.torch;

import io.facekit.core.error.FacekitException;
import io.facekit.core.torch.Token.Kind;
import java.util.List;

/** Walks over tokens. The last one is {@link Kind#END} and is never passed. */
final class TokenStream {
  private final List<Token> tokens;
  private final SourcePlace place;
  private int pos;

  TokenStream(List<Token> tokens, SourcePlace place) {
    this.tokens = tokens;
    this.place = place;
  }

  Token peek() {
    return tokens.get(pos);
  }

  Token peekNext() {
    return tokens.get(Math.min(pos + 1, tokens.size() - 1));
  }

  int line() {
    return peek().line();
  }

  Token next() {
    Token token = tokens.get(pos);
    if (token.kind() != Kind.END) {
      pos++;
    }
    return token;
  }

  boolean accept(char operator) {
    boolean found = peek().is(operator);
    if (found) {
      pos++;
    }
    return found;
  }

  boolean acceptOperator(String operator) {
    boolean found = peek().isOperator(operator);
    if (found) {
      pos++;
    }
    return found;
  }

  boolean accept(Kind kind) {
    boolean found = peek().kind() == kind && kind != Kind.END;
    if (found) {
      pos++;
    }
    return found;
  }

  boolean acceptWord(String word) {
    boolean found = peek().isWord(word);
    if (found) {
      pos++;
    }
    return found;
  }

  void expect(char operator) {
    if (!accept(operator)) {
      throw malformed("expected '" + operator + "'");
    }
  }

  void expect(Kind kind) {
    if (!accept(kind)) {
      throw malformed("expected " + (kind == Kind.NEWLINE ? "the end of the line" : "a block"));
    }
  }

  String word() {
    if (peek().kind() != Kind.WORD) {
      throw malformed("expected a name");
    }
    return next().text();
  }

  /** Skips the rest of a statement and, if a block follows, the block. */
  void skipStatement() {
    while (peek().kind() != Kind.NEWLINE && peek().kind() != Kind.END) {
      pos++;
    }
    accept(Kind.NEWLINE);
    if (accept(Kind.INDENT)) {
      int depth = 1;
      while (depth > 0 && peek().kind() != Kind.END) {
        Kind kind = next().kind();
        depth += kind == Kind.INDENT ? 1 : kind == Kind.DEDENT ? -1 : 0;
      }
    }
  }

  FacekitException malformed(String what) {
    return place.malformed(line(), "the code cannot be parsed: " + what);
  }
}
