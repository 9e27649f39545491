package io.facekit.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/** Draws every state of a bar over the one before, and takes the last one away. */
final class OneLineConsumer implements ProgressBarConsumer {
  private static final int COLUMNS = 79;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream err;

  OneLineConsumer(PrintStream err) {
    this.err = err;
  }

  @Override
  public int getMaxRenderedLength() {
    return COLUMNS;
  }

  @Override
  public void accept(String rendered) {
    err.print("\r" + rendered);
    err.flush();
  }

  @Override
  public void clear() {
    err.print(ERASE_LINE);
    err.flush();
  }

  @Override
  public void close() {
    clear();
  }
}
