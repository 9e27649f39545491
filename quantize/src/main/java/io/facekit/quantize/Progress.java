package io.facekit.quantize;

/** What a job tells while it works. Implementations must not throw. */
public interface Progress {
  /** A stage begins; {@code total} steps follow, or 0 when unknown. */
  void stage(String name, long total);

  /** One step of the current stage is done. */
  void step();

  /** One line of result or notice for the user. */
  void message(String line);

  /** Something that the user should look at, though the job goes on. */
  void warning(String line);

  /** Says nothing. */
  static Progress silent() {
    return new Progress() {
      @Override
      public void stage(String name, long total) {}

      @Override
      public void step() {}

      @Override
      public void message(String line) {}

      @Override
      public void warning(String line) {}
    };
  }
}
