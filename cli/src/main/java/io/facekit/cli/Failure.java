package io.facekit.cli;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a throwable means for the user. */
final class Failure {
  private static final int CAUSES_MAX = 32;

  private Failure() {}

  /** The problems that the throwable or one of its causes carries; never empty. */
  static List<Problem> problems(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
      if (cause instanceof FacekitException known) {
        return known.problems();
      }
      if (cause instanceof OutOfMemoryError) {
        return List.of(outOfMemory(cause));
      }
      cause = cause.getCause();
    }
    return List.of(bug(thrown));
  }

  private static Problem outOfMemory(Throwable thrown) {
    long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
    return Problem.of(ErrorId.OUT_OF_MEMORY, "not enough memory")
        .found(text(thrown) + ", with a heap of " + mebibytes + " MiB")
        .hint("FACEKIT_OPTS=-Xmx" + 2 * mebibytes + "m facekit ...");
  }

  private static Problem bug(Throwable thrown) {
    Problem problem =
        Problem.of(ErrorId.INTERNAL, "internal error, which is a bug in facekit")
            .found(thrown.getClass().getSimpleName() + ": " + text(thrown))
            .hint("run again with --stacktrace, and report that with facekit --version");
    String place = place(thrown);
    return place == null ? problem : problem.at(place);
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? "no message" : message;
  }

  private static @Nullable String place(Throwable thrown) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().startsWith("io.facekit.")) {
        return frame.toString();
      }
    }
    return null;
  }
}
