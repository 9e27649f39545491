package io.facekit.core.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts how much of a model is stored in each element type. */
public final class WeightTally {
  private final Map<String, Stored> byType = new TreeMap<>();

  /**
   * What is stored in one type.
   *
   * @param type for example {@code float16}
   */
  public record Stored(String type, long elements, long bytes) {}

  public void add(TensorData data) {
    add(data.dtype().name().toLowerCase(Locale.ROOT), data.elements(), data.sizeBytes());
  }

  public void add(String type, long elements, long bytes) {
    Stored before = byType.getOrDefault(type, new Stored(type, 0, 0));
    byType.put(
        type,
        new Stored(
            type,
            Math.addExact(before.elements(), elements),
            Math.addExact(before.bytes(), bytes)));
  }

  /** The types, most bytes first. */
  public List<Stored> stored() {
    List<Stored> all = new ArrayList<>(byType.values());
    all.sort(Comparator.comparingLong(Stored::bytes).reversed());
    return List.copyOf(all);
  }

  public static long elements(List<Stored> stored) {
    return stored.stream().mapToLong(Stored::elements).sum();
  }
}
