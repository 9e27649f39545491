package io.facekit.core.error;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The only exception that facekit throws on purpose. Holds at least one {@link Problem}. */
public final class FacekitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public FacekitException(List<Problem> problems, @Nullable Throwable cause) {
    super(
        problems.stream()
            .map(p -> p.id().code() + ": " + p.what())
            .collect(Collectors.joining("; ")),
        cause);
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }

  /** The exit code of the first problem. */
  public ExitCode exit() {
    return problems.get(0).id().exit();
  }
}
