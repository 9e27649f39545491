package io.facekit.cli;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.ExitCode;
import io.facekit.core.error.Problem;
import io.facekit.quantize.job.FacekitJobs;
import io.facekit.quantize.job.Jobs;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The facekit command. */
public final class Main {
  private Main() {}

  /** Runs a verb and ends the process with its exit code. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    exit(args, new FacekitJobs(), console);
  }

  /** As {@link #main}, with other jobs. */
  static void exit(String[] args, Jobs jobs, Console console) {
    AtomicBoolean done = new AtomicBoolean();
    Thread notice =
        new Thread(
            () -> {
              if (!done.get()) {
                console.err().println("facekit: interrupted; nothing half-written is published");
              }
            });
    Runtime.getRuntime().addShutdownHook(notice);
    int code = run(args, jobs, console);
    done.set(true);
    System.exit(code);
  }

  /** Runs a verb and returns its exit code. */
  static int run(String[] args, Jobs jobs, Console console) {
    Session session = new Session(jobs, console, new FacekitCommand(), List.of(args));
    int code = execute(args, session);
    console.out().flush();
    if (console.out().checkError() && code == ExitCode.OK.code()) {
      Problem lost = Problem.of(ErrorId.OUTPUT_FAILED, "stdout cannot be written");
      new ProblemText(console.err(), console.errStyle(session.noColor())).print(List.of(lost));
      return lost.id().exit().code();
    }
    return code;
  }

  private static int execute(String[] args, Session session) {
    try {
      return CommandTree.of(session).execute(args);
    } catch (Throwable thrown) {
      return session.fail(thrown);
    }
  }
}
