package io.facekit.cli;

import io.facekit.core.error.Problem;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Problems as people read them. */
final class ProblemText {
  private static final String INDENT = "\n         ";

  private final PrintStream err;
  private final Style style;

  ProblemText(PrintStream err, Style style) {
    this.err = err;
    this.style = style;
  }

  /** The section of the error catalogue that explains an id. */
  static String docs(Problem problem) {
    return "docs/errors.md#" + problem.id().code().toLowerCase(Locale.ROOT);
  }

  void print(List<Problem> problems) {
    problems.forEach(this::print);
    if (problems.size() > 1) {
      err.println(style.bold(problems.size() + " problems"));
    }
  }

  private void print(Problem problem) {
    err.println(
        style.error("error " + problem.id().code() + ":") + " " + Printable.of(problem.what()));
    line("at", problem.at());
    line("found", problem.found());
    String hint = problem.hint();
    String docs = style.dim(docs(problem));
    err.println(
        "  " + style.dim("try    ") + (hint == null ? docs : Printable.of(hint) + "      " + docs));
  }

  private void line(String label, @Nullable String text) {
    if (text != null) {
      String[] lines = text.lines().map(Printable::of).toArray(String[]::new);
      err.println(
          "  " + style.dim(String.format(Locale.ROOT, "%-7s", label)) + String.join(INDENT, lines));
    }
  }
}
