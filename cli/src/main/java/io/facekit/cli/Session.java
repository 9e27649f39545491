package io.facekit.cli;

import io.facekit.core.error.Problem;
import io.facekit.quantize.job.Jobs;
import io.facekit.runtime.file.Leftovers;
import java.util.List;

/**
 * What a verb works with: the jobs, the console, and the options that all verbs share.
 *
 * @param arguments as typed, for failures that happen before the options are known
 */
record Session(Jobs jobs, Console console, FacekitCommand options, List<String> arguments) {
  Session {
    arguments = List.copyOf(arguments);
  }

  boolean json() {
    return options.json || arguments.contains("--json");
  }

  Style outStyle() {
    return console.outStyle(noColor());
  }

  boolean noColor() {
    return options.noColor || arguments.contains("--no-color");
  }

  /** Reports problems as text or JSON and returns the exit code of the first. */
  int fail(List<Problem> problems) {
    Leftovers.waitIfEnding();
    if (json()) {
      Json.print(console.out(), json -> {}, problems);
    } else {
      new ProblemText(console.err(), console.errStyle(noColor())).print(problems);
    }
    return problems.get(0).id().exit().code();
  }

  /** Reports what was thrown and returns the exit code. */
  int fail(Throwable thrown) {
    int exit = fail(Failure.problems(thrown));
    if (options.stacktrace || arguments.contains("--stacktrace")) {
      thrown.printStackTrace(console.err());
    }
    return exit;
  }
}
