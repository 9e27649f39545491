package io.facekit.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line per stage, for logs. */
final class LineProgress implements ConsoleProgress {
  private final PrintStream err;
  private final Style style;
  private final boolean quiet;
  private final boolean verbose;
  private final LongSupplier nanoTime;
  private String stage = "";
  private long steps;
  private long startedAt;

  LineProgress(
      PrintStream err, Style style, boolean quiet, boolean verbose, LongSupplier nanoTime) {
    this.err = err;
    this.style = style;
    this.quiet = quiet;
    this.verbose = verbose;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void stage(String name, long total) {
    begin(name);
    message(total > 0 ? name + " (" + total + ")" : name);
  }

  /** Starts the clock of a stage and says nothing. */
  synchronized void begin(String name) {
    close();
    stage = name;
    steps = 0;
    startedAt = nanoTime.getAsLong();
  }

  @Override
  public synchronized void step() {
    steps++;
  }

  @Override
  public synchronized void message(String line) {
    if (!quiet) {
      err.println(Printable.of(line));
    }
  }

  @Override
  public synchronized void warning(String line) {
    err.println(style.warning("warning:") + " " + Printable.of(line));
  }

  @Override
  public synchronized void close() {
    if (verbose && !stage.isEmpty()) {
      double seconds = (nanoTime.getAsLong() - startedAt) / 1e9;
      String count = steps > 0 ? ", " + steps + " steps" : "";
      message(String.format(Locale.ROOT, "  %s: %.2f s%s", stage, seconds, count));
    }
    stage = "";
  }
}
