package io.facekit.cli;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.ExitCode;
import java.util.Locale;

/** The page {@code docs/errors.md}, made from the list of errors. */
final class ErrorCatalogue {
  private ErrorCatalogue() {}

  static String markdown() {
    StringBuilder out = new StringBuilder();
    out.append("# Errors and exit codes\n\n");
    out.append(
        "Made from the code; a test compares. Every error names what is wrong, where, what\n");
    out.append("was found, and what to try. The exit code is that of the first error.\n\n");
    out.append("| exit code | meaning |\n|---|---|\n");
    for (ExitCode c : ExitCode.values()) {
      out.append("| ").append(c.code()).append(" | ").append(c.meaning()).append(" |\n");
    }
    out.append("\n| error | exit code | meaning |\n|---|---|---|\n");
    for (ErrorId id : ErrorId.values()) {
      String anchor = id.code().toLowerCase(Locale.ROOT);
      out.append("| <a id=\"").append(anchor).append("\"></a>").append(id.code());
      out.append(" | ").append(id.exit().code()).append(" | ").append(id.title()).append(" |\n");
    }
    return out.toString();
  }
}
