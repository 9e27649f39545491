package io.facekit.core.torch;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first segments of names, which tell what a model was wrapped in and not what it is. */
public final class KeyPrefix {
  private static final int DEEPEST = 8;

  /** What training code calls a backbone that has a head beside it, the likeliest first. */
  private static final List<String> WRAPPERS =
      List.of("backbone", "feat_net", "module", "model", "net", "encoder", "embedder", "student");

  /**
   * Names without their prefix.
   *
   * @param prefix what was taken away, with its last dot; empty if nothing was
   * @param dropped names that were not below the prefix
   */
  public record Stripped<T>(String prefix, Map<String, T> names, List<String> dropped) {}

  private KeyPrefix() {}

  /**
   * Takes away the segments that all names share, such as {@code module.}; and where some names are
   * below a known wrapper such as {@code backbone.}, all names that are not, such as {@code
   * head.weight}.
   */
  public static <T> Stripped<T> strip(Map<String, T> named) {
    StringBuilder prefix = new StringBuilder();
    Map<String, T> names = named;
    Set<String> dropped = new LinkedHashSet<>();
    for (int depth = 0; depth < DEEPEST; depth++) {
      @Nullable String first = next(names);
      if (first == null) {
        break;
      }
      Map<String, T> below = new LinkedHashMap<>();
      for (Map.Entry<String, T> e : names.entrySet()) {
        if (e.getKey().startsWith(first)) {
          below.put(e.getKey().substring(first.length()), e.getValue());
        } else {
          dropped.add(prefix + e.getKey());
        }
      }
      prefix.append(first);
      names = below;
    }
    return new Stripped<>(prefix.toString(), names, List.copyOf(dropped));
  }

  /** The segment to take away, with its dot, or null. */
  private static @Nullable String next(Map<String, ?> names) {
    Set<String> firsts = new LinkedHashSet<>();
    for (String name : names.keySet()) {
      firsts.add(name.substring(0, name.indexOf('.') + 1));
    }
    if (firsts.size() == 1) {
      String only = firsts.iterator().next();
      return only.isEmpty() ? null : only;
    }
    return WRAPPERS.stream().map(w -> w + ".").filter(firsts::contains).findFirst().orElse(null);
  }
}
