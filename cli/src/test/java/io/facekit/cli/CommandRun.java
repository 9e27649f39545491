package io.facekit.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One command line, carried out in this process on {@link StubJobs}.
 *
 * @param jobs hold the request that arrived
 */
record CommandRun(int exit, String out, String err, StubJobs jobs) {
  static CommandRun of(String... args) {
    return of(false, args);
  }

  static CommandRun onTerminal(String... args) {
    return of(true, args);
  }

  private static CommandRun of(boolean terminal, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StubJobs jobs = new StubJobs();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            terminal,
            false,
            false);
    int exit = Main.run(args, jobs, console);
    return new CommandRun(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), jobs);
  }
}
