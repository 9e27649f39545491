package io.facekit.cli;

import io.facekit.core.error.Problem;
import io.facekit.core.tflite.Delegation;
import io.facekit.quantize.job.InspectResult;
import io.facekit.quantize.job.InspectResult.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a model file holds, for people. */
final class InspectText {
  private static final List<String> COLUMNS =
      List.of("layer", "op", "output", "parameters", "MACs");
  private static final int FIRST_NUMBER = 3;

  private InspectText() {}

  static void print(InspectResult result, boolean layers, ResultText text) {
    text.field("kind", result.kind());
    result.producer().ifPresent(producer -> text.field("producer", producer));
    result.architecture().ifPresent(name -> text.field("architecture", name));
    result.preprocessing().ifPresent(contract -> text.field("preprocessing", contract.inWords()));
    result.batch().ifPresent(batch -> text.field("batch", batch(batch)));
    result.inputs().forEach(input -> text.field("input", input));
    result.outputs().forEach(output -> text.field("output", output));
    if (result.nodes() > 0) {
      text.field("layers", layers(result));
    }
    if (result.parameters() > 0) {
      text.field("parameters", exact(result.parameters()));
    }
    if (!result.weights().isEmpty()) {
      text.field(
          "weights",
          result.weights().stream()
              .map(
                  w ->
                      w.type()
                          + " "
                          + Units.count(w.elements())
                          + " ("
                          + Units.bytes(w.bytes())
                          + ")")
              .collect(Collectors.joining(", ")));
    }
    result.macs().ifPresent(macs -> text.field("MACs", exact(macs)));
    if (!result.ops().isEmpty()) {
      text.field(
          "operators",
          result.ops().stream()
              .map(op -> op.op() + " " + op.count())
              .collect(Collectors.joining(", ")));
    }
    result.delegations().forEach(d -> text.field(d.delegate().id(), delegation(d)));
    unsupported(result.unsupported(), text);
    if (layers && !result.layers().isEmpty()) {
      text.table(COLUMNS, FIRST_NUMBER, result.layers().stream().map(InspectText::row).toList());
    }
    if (!result.graph().isEmpty()) {
      text.lines(result.graph());
    }
  }

  /** How much a delegate takes, and the rule that most of the rest breaks. */
  private static String delegation(Delegation d) {
    int left = d.verdicts().size() - d.taken();
    String taken =
        left == 0 ? "all operators" : d.taken() + " of " + d.verdicts().size() + " operators";
    String where = d.partitions() == 1 ? "1 partition" : d.partitions() + " partitions";
    Map<String, Long> refusals = new LinkedHashMap<>();
    d.verdicts().stream()
        .filter(v -> !v.isTaken())
        .forEach(v -> refusals.merge(String.valueOf(v.refusal()), 1L, Long::sum));
    return taken
        + (d.taken() == 0 ? "" : " in " + where)
        + refusals.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(e -> "; " + e.getValue() + " left: " + e.getKey())
            .orElse("");
  }

  private static String batch(InspectResult.Batch batch) {
    String size = batch.fixed().isPresent() ? "fixed at " + batch.fixed().getAsLong() : "dynamic";
    return batch.traced().isPresent() ? size + ", traced with " + batch.traced().getAsLong() : size;
  }

  private static String layers(InspectResult result) {
    String operators = result.nodes() + (result.nodes() == 1 ? " operator" : " operators");
    return result.layers().isEmpty()
        ? operators
        : result.layers().size() + " with weights, " + operators;
  }

  private static String exact(long value) {
    return value < 1000
        ? Long.toString(value)
        : String.format(Locale.ROOT, "%s (%,d)", Units.count(value), value);
  }

  private static void unsupported(List<Problem> problems, ResultText text) {
    text.field("unsupported", problems.isEmpty() ? "nothing" : Integer.toString(problems.size()));
    for (Problem problem : problems) {
      text.field("", problem.id().code() + ": " + problem.what());
      Stream.of(problem.found(), problem.at())
          .filter(s -> s != null && !s.isEmpty())
          .forEach(detail -> text.field("", "  " + detail));
    }
  }

  private static List<String> row(Layer layer) {
    return List.of(
        layer.name(),
        layer.op(),
        layer.output().orElse(""),
        String.format(Locale.ROOT, "%,d", layer.parameters()),
        layer.macs().isPresent() ? Units.count(layer.macs().getAsLong()) : "");
  }
}
