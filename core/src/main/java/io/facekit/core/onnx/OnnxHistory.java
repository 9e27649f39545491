package io.facekit.core.onnx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In which operator sets the operators of the default domain changed. */
public final class OnnxHistory {
  private static final Map<String, List<Change>> CHANGES = read();

  private OnnxHistory() {}

  /**
   * @param compatible whether nodes of the set before mean the same
   */
  private record Change(int set, boolean compatible) {
    static Change parse(String text) {
      boolean compatible = text.endsWith("~");
      return new Change(
          Integer.parseInt(compatible ? text.substring(0, text.length() - 1) : text), compatible);
    }
  }

  private static Map<String, List<Change>> read() {
    Map<String, List<Change>> changes = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(OnnxHistory.class.getResourceAsStream("operators.txt")),
                StandardCharsets.UTF_8))) {
      in.lines()
          .filter(l -> !l.startsWith("#"))
          .map(l -> List.of(l.split(" ")))
          .forEach(
              l ->
                  changes.put(
                      l.get(0), l.subList(1, l.size()).stream().map(Change::parse).toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return changes;
  }

  /**
   * Why a node of one operator set cannot be written in another; empty if it can.
   *
   * @param operator of the default domain
   */
  public static Optional<String> obstacle(String operator, int from, int to) {
    @Nullable List<Change> changes = CHANGES.get(operator);
    if (from == to) {
      return Optional.empty();
    }
    if (changes == null) {
      return Optional.of("is of no operator set that is known");
    }
    for (Change c : changes) {
      if (c.set() > from && c.set() <= to && !c.compatible()) {
        return Optional.of("changed in operator set " + c.set());
      }
      if (c.set() > to && c.set() <= from) {
        return Optional.of("needs operator set " + c.set());
      }
    }
    return Optional.empty();
  }
}
