package io.facekit.cli;

import io.facekit.runtime.face.PreprocessingPreset;
import java.util.Iterator;

/** The names that {@code --preprocessing} takes. */
final class PresetNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return PreprocessingPreset.names().iterator();
  }
}
