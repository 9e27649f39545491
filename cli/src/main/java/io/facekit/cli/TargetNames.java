package io.facekit.cli;

import io.facekit.core.quant.Target;
import java.util.Arrays;
import java.util.Iterator;

/** The names that {@code --target} takes. */
final class TargetNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Target.values()).map(Target::id).iterator();
  }
}
