package io.facekit.cli;

/** The real entry point, on {@link StubJobs}, for tests that need a process. */
public final class StubMain {
  private StubMain() {}

  public static void main(String[] args) {
    Main.exit(args, new StubJobs(), Console.ofProcess());
  }
}
