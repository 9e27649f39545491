package io.facekit.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The two streams of the process, and what they may carry. Results go to {@code out}, everything
 * else to {@code err}.
 *
 * @param outIsTerminal Java cannot tell one stream's terminal from the other's; the launcher does
 * @param plain no colour wherever the output goes
 * @param still no animation wherever the output goes
 */
record Console(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean plain,
    boolean still) {

  /** The streams of this process; UTF-8 whatever the locale says. */
  static Console ofProcess() {
    Map<String, String> env = System.getenv();
    String term = env.getOrDefault("TERM", "");
    boolean dumb = term.equals("dumb");
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Boolean.getBoolean("facekit.terminal.out"),
        Boolean.getBoolean("facekit.terminal.err"),
        dumb || !env.getOrDefault("NO_COLOR", "").isEmpty(),
        dumb || !env.getOrDefault("CI", "").isEmpty());
  }

  Style outStyle(boolean noColor) {
    return Style.of(outIsTerminal && !plain && !noColor);
  }

  Style errStyle(boolean noColor) {
    return Style.of(errIsTerminal && !plain && !noColor);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
  }
}
