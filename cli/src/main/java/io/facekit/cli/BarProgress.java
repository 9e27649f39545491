package io.facekit.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with the time left, redrawn in place, for terminals. */
final class BarProgress implements ConsoleProgress {
  private static final int REDRAW_MILLIS = 200;

  private final OneLineConsumer consumer;
  private final LineProgress lines;
  private @Nullable ProgressBar bar;

  BarProgress(PrintStream err, LineProgress lines) {
    this.consumer = new OneLineConsumer(err);
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
            .setConsumer(consumer)
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
      consumer.clear();
    }
  }

  private void endBar() {
    if (bar != null) {
      bar.close();
      // A bar that was never drawn before its end does not close its consumer.
      consumer.close();
      bar = null;
    }
  }
}
