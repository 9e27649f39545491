package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.ExitCode;
import io.facekit.core.error.Problem;
import io.facekit.quantize.Progress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The common course of a verb: request, job, result on stdout, exit code.
 *
 * @param <R> what the job returns
 */
abstract class Verb<R> implements Callable<Integer> {
  private final Session session;

  Verb(Session session) {
    this.session = session;
  }

  /** Builds the request and runs the job. */
  abstract R run(Session session, Progress progress);

  abstract void print(R result, ResultText text);

  abstract void print(R result, JsonGenerator json) throws IOException;

  /** What the job measured and found wanting; it decides the exit code. */
  abstract List<Problem> failures(R result);

  @Override
  public Integer call() {
    R result;
    try (ConsoleProgress progress = ConsoleProgress.of(session)) {
      result = run(session, progress);
    }
    List<Problem> failures = failures(result);
    if (session.json()) {
      Json.print(session.console().out(), json -> print(result, json), failures);
    } else {
      print(result, new ResultText(session.console().out(), session.outStyle()));
      if (!failures.isEmpty()) {
        session.fail(failures);
      }
    }
    return failures.isEmpty() ? ExitCode.OK.code() : failures.get(0).id().exit().code();
  }
}
