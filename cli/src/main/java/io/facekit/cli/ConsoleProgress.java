package io.facekit.cli;

import io.facekit.quantize.Progress;

/** Progress on stderr. */
interface ConsoleProgress extends Progress, AutoCloseable {
  /** Ends the current stage. */
  @Override
  void close();

  /** Bars on a terminal, lines elsewhere, warnings only when quiet. */
  static ConsoleProgress of(Session session) {
    Console console = session.console();
    FacekitCommand options = session.options();
    Style style = console.errStyle(session.noColor());
    LineProgress lines =
        new LineProgress(console.err(), style, options.quiet, options.verbose, System::nanoTime);
    boolean bars = console.errIsTerminal() && !console.still() && !options.quiet;
    return bars ? new BarProgress(console.err(), lines) : lines;
  }
}
