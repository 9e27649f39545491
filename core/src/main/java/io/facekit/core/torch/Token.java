package io.facekit.core.torch;

/**
 * A piece of TorchScript source.
 *
 * @param text the word, number or contents of a string; one or two characters for an operator
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    WORD,
    INTEGER,
    FLOAT,
    STRING,
    OPERATOR,
    NEWLINE,
    INDENT,
    DEDENT,
    END
  }

  boolean is(char operator) {
    return kind == Kind.OPERATOR && text.length() == 1 && text.charAt(0) == operator;
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }
}
