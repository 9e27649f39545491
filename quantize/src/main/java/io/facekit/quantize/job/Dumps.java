package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.plan.TargetPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Intermediate results as text. */
final class Dumps {
  private static final List<String> STAGES = List.of("canonical", "lower", "calibrate");

  private Dumps() {}

  /** Refuses a stage that does not exist, before any work is done. */
  static void check(Optional<String> stage) {
    if (stage.isPresent() && !STAGES.contains(stage.get())) {
      throw Problem.of(ErrorId.USAGE, "there is no stage '" + stage.get() + "'")
          .at("--dump-after")
          .found("stages: " + String.join(", ", STAGES))
          .asException();
    }
  }

  /**
   * Writes what the wanted stage left.
   *
   * @param stage one that {@link #check} accepts
   */
  static List<Path> write(
      Optional<String> stage,
      Path folder,
      Graph canonical,
      List<TargetPlan> targets,
      Map<String, Range> ranges) {
    if (stage.isEmpty()) {
      return List.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    switch (stage.get()) {
      case "canonical" -> texts.put("canonical.txt", GraphPrinter.print(canonical));
      case "lower" ->
          targets.forEach(t -> texts.put(t.target().id() + ".txt", GraphPrinter.print(t.graph())));
      case "calibrate" -> texts.put("ranges.txt", text(ranges));
      default -> throw new IllegalArgumentException(stage.get());
    }
    List<Path> files = new ArrayList<>();
    texts.forEach(
        (name, text) -> {
          Path file = folder.resolve(name);
          try {
            Files.writeString(file, text);
          } catch (IOException e) {
            throw Problem.of(ErrorId.OUTPUT_FAILED, "the temporary folder cannot be written")
                .asException(e);
          }
          files.add(file);
        });
    return files;
  }

  private static String text(Map<String, Range> ranges) {
    StringBuilder out = new StringBuilder();
    ranges.forEach(
        (v, r) ->
            out.append(v).append(' ').append(r.min()).append(' ').append(r.max()).append('\n'));
    return out.toString();
  }
}
