package io.facekit.cli;

import io.facekit.quantize.job.Artifact;
import io.facekit.quantize.job.Check;
import io.facekit.quantize.job.Figure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Results as people read them: aligned columns, one fact per line. */
final class ResultText {
  private final PrintStream out;
  private final Style style;

  ResultText(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  void checks(List<Check> checks) {
    int width = width(checks, Check::name);
    for (Check check : checks) {
      String verdict = check.passed() ? style.good("pass") : style.error("FAIL");
      out.println(
          "  " + verdict + "  " + pad(check.name(), width) + "  " + Printable.of(check.outcome()));
    }
  }

  void figures(List<Figure> figures) {
    int width = width(figures, Figure::name);
    for (Figure figure : figures) {
      out.println("  " + pad(figure.name(), width) + "  " + Printable.of(figure.text()));
    }
  }

  void artifacts(List<Artifact> artifacts) {
    int width = width(artifacts, a -> a.file().toString());
    for (Artifact artifact : artifacts) {
      out.println(
          style.bold(pad(artifact.file().toString(), width))
              + String.format(Locale.ROOT, "  %,10d bytes  ", artifact.sizeBytes())
              + style.dim("sha256 " + artifact.sha256()));
    }
  }

  void field(String name, String value) {
    out.println(style.dim(String.format(Locale.ROOT, "%-15s", name)) + Printable.of(value));
  }

  /** A text of its own, after an empty line. */
  void lines(List<String> lines) {
    out.println();
    lines.forEach(line -> out.println(Printable.of(line)));
  }

  /**
   * Aligned columns under their names.
   *
   * @param firstNumber the column from which on cells are numbers, which stand to the right
   */
  void table(List<String> names, int firstNumber, List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int column = i;
      widths.add(Math.max(names.get(i).length(), width(rows, row -> row.get(column))));
    }
    out.println();
    out.println(style.dim(line(names, widths, firstNumber)));
    rows.forEach(row -> out.println(line(row, widths, firstNumber)));
  }

  private static String line(List<String> cells, List<Integer> widths, int firstNumber) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String padded = pad(cells.get(i), widths.get(i));
      String cell = Printable.of(cells.get(i));
      line.append(i == 0 ? "" : "  ")
          .append(i < firstNumber ? padded : " ".repeat(widths.get(i) - cell.length()) + cell);
    }
    return line.toString().stripTrailing();
  }

  /** The command that most people run after this one. */
  void next(String command) {
    out.println(style.dim("next  ") + Printable.of(command));
  }

  private static <T> int width(List<T> rows, Function<T, String> cell) {
    return rows.stream()
        .map(cell)
        .map(text -> Printable.of(text).length())
        .max(Comparator.naturalOrder())
        .orElse(0);
  }

  private static String pad(String text, int width) {
    String safe = Printable.of(text);
    return safe + " ".repeat(width - safe.length());
  }
}
