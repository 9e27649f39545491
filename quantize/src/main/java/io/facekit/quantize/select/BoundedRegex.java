package io.facekit.quantize.select;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression from a recipe. Backtracking is bounded by counting how often the engine
 * looks at a character; counted repetition is refused, because its loops may look at none.
 */
final class BoundedRegex {
  static final int MAX_LENGTH = 200;
  private static final int MAX_LOOKS = 200_000;
  private static final Pattern COUNTED = Pattern.compile("\\{\\s*\\d");

  private final Pattern pattern;

  /** Throws {@link IllegalArgumentException} with a reason for the user. */
  BoundedRegex(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters");
    }
    if (COUNTED.matcher(text).find()) {
      throw new IllegalArgumentException("counted repetition such as {2} is not supported");
    }
    try {
      pattern = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          e.getDescription() + " at character " + (e.getIndex() + 1), e);
    }
  }

  /** Whether the whole name matches. Throws {@link TooSlow} when that cannot be told quickly. */
  boolean matches(String name) {
    try {
      return pattern.matcher(new Looked(name)).matches();
    } catch (StackOverflowError e) {
      throw new TooSlow();
    }
  }

  /** The pattern needs too much backtracking. */
  static final class TooSlow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooSlow() {
      super("the expression backtracks too much", null, false, false);
    }
  }

  private static final class Looked implements CharSequence {
    private final String text;
    private int looks;

    Looked(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++looks > MAX_LOOKS) {
        throw new TooSlow();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
