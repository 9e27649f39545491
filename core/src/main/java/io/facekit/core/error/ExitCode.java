package io.facekit.core.error;

/** The process exit codes: a contract with scripts and CI jobs. */
public enum ExitCode {
  OK(0, "done, and all gates pass"),
  INTERNAL(1, "internal error: a bug in facekit"),
  USAGE(2, "wrong command line or recipe"),
  RESOURCES(3, "out of memory or over the time limit"),
  MODEL(4, "model malformed or unsupported"),
  SECURITY(5, "model refused for security"),
  DATA(6, "calibration or evaluation data unusable"),
  IO(7, "reading, writing, locking or overwriting failed"),
  SELF_CHECK(8, "facekit's own output failed verification; nothing was published"),
  ACCURACY_GATE(10, "an accuracy gate failed"),
  BUDGET_GATE(11, "a size or latency gate failed"),
  NOT_REPRODUCIBLE(12, "a rebuild gave other bytes"),
  INTERRUPTED(130, "interrupted (SIGINT)"),
  TERMINATED(143, "terminated (SIGTERM)");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
