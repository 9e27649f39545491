package io.facekit.core.error;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong at one stage, to be thrown at once. */
public final class Problems {
  private final List<Problem> list = new ArrayList<>();

  public void add(Problem problem) {
    list.add(problem);
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  public List<Problem> list() {
    return List.copyOf(list);
  }

  /** Throws one exception that holds all problems, if there are any. */
  public void throwIfAny() {
    if (!list.isEmpty()) {
      throw new FacekitException(list, null);
    }
  }
}
