package io.facekit.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with the time left, redrawn in place, for terminals. */
final class BarProgress implements ConsoleProgress {
  private static final int COLUMNS = 79;
  private static final int REDRAW_MILLIS = 200;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream err;
  private final LineProgress lines;
  private @Nullable ProgressBar bar;

  BarProgress(PrintStream err, LineProgress lines) {
    this.err = err;
    this.lines = lines;
  }

  @Override
  public synchronized void stage(String name, long total) {
    endBar();
    lines.begin(name);
    bar =
        new ProgressBarBuilder()
            .setTaskName(Printable.of(name))
            .setInitialMax(total > 0 ? total : -1)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(err, COLUMNS))
            .clearDisplayOnFinish()
            .build();
  }

  @Override
  public synchronized void step() {
    lines.step();
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public synchronized void message(String line) {
    eraseBar();
    lines.message(line);
  }

  @Override
  public synchronized void warning(String line) {
    eraseBar();
    lines.warning(line);
  }

  @Override
  public synchronized void close() {
    endBar();
    lines.close();
  }

  private void eraseBar() {
    if (bar != null) {
      err.print(ERASE_LINE);
    }
  }

  private void endBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
