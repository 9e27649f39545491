package io.facekit.runtime.run;

import org.jspecify.annotations.Nullable;

/** Messages of native runtimes, made fit for a report. */
final class OneLine {
  private static final int MAX_CHARS = 300;

  private OneLine() {}

  /** Without line breaks and control characters, cut to 300 characters. */
  static String of(@Nullable String message) {
    if (message == null) {
      return "no message";
    }
    String line = message.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
  }
}
