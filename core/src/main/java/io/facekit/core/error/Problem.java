package io.facekit.core.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong: what, where, what was found, and what to try. Never holds raw bytes or
 * image content of the input.
 *
 * @param what one line in lower case without a full stop, naming both numbers where two disagree
 * @param at the place: {@code file!entry@offset}, a line of code, or the path of a recipe key
 * @param found what stood there
 * @param hint what the user can do
 */
public record Problem(
    ErrorId id, String what, @Nullable String at, @Nullable String found, @Nullable String hint) {

  public static Problem of(ErrorId id, String what) {
    return new Problem(id, what, null, null, null);
  }

  public Problem at(String place) {
    return new Problem(id, what, place, found, hint);
  }

  public Problem found(String text) {
    return new Problem(id, what, at, text, hint);
  }

  public Problem hint(String text) {
    return new Problem(id, what, at, found, text);
  }

  public FacekitException asException() {
    return new FacekitException(List.of(this), null);
  }

  public FacekitException asException(Throwable cause) {
    return new FacekitException(List.of(this), cause);
  }
}
