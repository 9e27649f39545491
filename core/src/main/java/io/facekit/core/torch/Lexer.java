package io.facekit.core.torch;

import io.facekit.core.torch.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts TorchScript source into tokens, with line ends and indentation as Python counts them. */
final class Lexer {
  private static final int MOST_TOKENS = 2_000_000;
  private static final int MOST_LEVELS = 50;
  private static final Set<String> PAIRS = Set.of("==", "!=", "<=", ">=", "//");
  private static final String OPERATORS = "()[]{},:=.-+*/%<>@!&|^~;";

  private final String text;
  private final SourcePlace place;
  private final List<Token> tokens = new ArrayList<>();
  private final List<Integer> indents = new ArrayList<>();
  private int pos;
  private int line = 1;
  private int open;

  private Lexer(String text, SourcePlace place) {
    this.text = text;
    this.place = place;
  }

  static List<Token> tokens(String text, SourcePlace place) {
    return new Lexer(text, place).run();
  }

  private List<Token> run() {
    indents.add(0);
    boolean lineStart = true;
    while (pos < text.length()) {
      if (tokens.size() > MOST_TOKENS) {
        throw place.malformed(line, "the source has more than " + MOST_TOKENS + " tokens");
      }
      if (lineStart) {
        lineStart = false;
        indentation();
        continue;
      }
      char c = text.charAt(pos);
      if (c == '\n') {
        lineStart = newline();
      } else if (c == ' ' || c == '\t' || c == '\r') {
        pos++;
      } else if (c == '#') {
        skipComment();
      } else {
        token(c);
      }
    }
    if (open != 0) {
      throw place.malformed(line, "a bracket is never closed");
    }
    newline();
    while (indents.size() > 1) {
      indents.remove(indents.size() - 1);
      add(Kind.DEDENT, "");
    }
    add(Kind.END, "");
    return tokens;
  }

  /** Ends a logical line, unless a bracket is open; whether a new line starts. */
  private boolean newline() {
    boolean ends = open == 0;
    if (ends && !tokens.isEmpty()) {
      Kind last = tokens.get(tokens.size() - 1).kind();
      if (last != Kind.NEWLINE && last != Kind.DEDENT && last != Kind.INDENT) {
        add(Kind.NEWLINE, "");
      }
    }
    line++;
    pos++;
    return ends;
  }

  private void indentation() {
    int start = pos;
    while (pos < text.length() && text.charAt(pos) == ' ') {
      pos++;
    }
    if (pos == text.length() || text.charAt(pos) == '\n' || text.charAt(pos) == '#') {
      return;
    }
    int width = pos - start;
    if (width > indents.get(indents.size() - 1)) {
      if (indents.size() > MOST_LEVELS) {
        throw place.malformed(line, "more than " + MOST_LEVELS + " levels of indentation");
      }
      indents.add(width);
      add(Kind.INDENT, "");
    }
    while (width < indents.get(indents.size() - 1)) {
      indents.remove(indents.size() - 1);
      add(Kind.DEDENT, "");
    }
    if (width != indents.get(indents.size() - 1)) {
      throw place.malformed(line, "indentation that fits no block");
    }
  }

  private void token(char c) {
    if (isLetter(c)) {
      int start = pos;
      while (pos < text.length() && (isLetter(text.charAt(pos)) || isDigit(text.charAt(pos)))) {
        pos++;
      }
      add(Kind.WORD, text.substring(start, pos));
    } else if (isDigit(c)) {
      number();
    } else if (c == '"' || c == '\'') {
      string(c);
    } else if (OPERATORS.indexOf(c) >= 0) {
      if (c == '(' || c == '[' || c == '{') {
        open++;
      } else if (c == ')' || c == ']' || c == '}') {
        open--;
        if (open < 0) {
          throw place.malformed(line, "a bracket is closed that was never opened");
        }
      }
      int end = Math.min(pos + 2, text.length());
      String pair = text.substring(pos, end);
      String operator = PAIRS.contains(pair) ? pair : String.valueOf(c);
      add(Kind.OPERATOR, operator);
      pos += operator.length();
    } else {
      throw place.malformed(line, "a character that TorchScript does not use");
    }
  }

  private void number() {
    int start = pos;
    boolean real = false;
    while (pos < text.length()) {
      char c = text.charAt(pos);
      if (c == '.' || c == 'e') {
        real = true;
      } else if (!(isDigit(c) || ((c == '-' || c == '+') && text.charAt(pos - 1) == 'e'))) {
        break;
      }
      pos++;
    }
    add(real ? Kind.FLOAT : Kind.INTEGER, text.substring(start, pos));
  }

  private void string(char quote) {
    StringBuilder out = new StringBuilder();
    pos++;
    while (true) {
      if (pos >= text.length() || text.charAt(pos) == '\n') {
        throw place.malformed(line, "a string is never closed");
      }
      char c = text.charAt(pos++);
      if (c == quote) {
        break;
      }
      out.append(c == '\\' ? escape() : c);
    }
    add(Kind.STRING, out.toString());
  }

  private char escape() {
    if (pos >= text.length()) {
      throw place.malformed(line, "a string is never closed");
    }
    char c = text.charAt(pos++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'a' -> '\u0007';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'v' -> '\u000b';
      case '0', '1', '2', '3' -> octal(c);
      default -> c;
    };
  }

  private char octal(char first) {
    int value = first - '0';
    for (int i = 0; i < 2; i++) {
      char c = pos < text.length() ? text.charAt(pos) : 'x';
      if (c < '0' || c > '7') {
        break;
      }
      value = value * 8 + c - '0';
      pos++;
    }
    return (char) value;
  }

  private void skipComment() {
    while (pos < text.length() && text.charAt(pos) != '\n') {
      pos++;
    }
  }

  private void add(Kind kind, String value) {
    tokens.add(new Token(kind, value, line));
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
