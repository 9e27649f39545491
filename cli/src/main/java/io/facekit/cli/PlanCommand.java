package io.facekit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.quantize.Progress;
import io.facekit.quantize.job.PlanRequest;
import io.facekit.quantize.job.PlanResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    description = {
      "Finds the smallest set of FP16 and int8-weights layers that keeps the embeddings, and writes the recipe.",
      "The recipe's own rules are only compared with. Every candidate is run, not estimated. Started again after an interruption, it goes on."
    },
    footer = {
      "  facekit plan --config configs/int8.yaml --budget 0.998 -o planned.json",
      "  facekit quantize --config planned.json"
    })
final class PlanCommand extends Verb<PlanResult> {
  private static final int IMAGES_MAX = 512;

  @Mixin private final RecipeOptions options = new RecipeOptions();

  @Option(
      names = "--budget",
      paramLabel = "COSINE",
      defaultValue = "0.998",
      description = "The mean cosine to FP32 on the evaluation faces. Default: ${DEFAULT-VALUE}.")
  private double budget = 0.998;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "32",
      description = {
        "Calibration images on which candidates are measured, 1 to 512.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int images = 32;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "planned.json",
      description = "The recipe to write. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("planned.json");

  PlanCommand(Session session) {
    super(session);
  }

  @Override
  PlanResult run(Session session, Progress progress) {
    return session.jobs().plan(request(), progress);
  }

  private PlanRequest request() {
    Problems problems = new Problems();
    if (!(budget > 0 && budget < 1)) {
      problems.add(
          Usage.wrong(
              "--budget",
              "a budget lies between 0 and 1",
              Double.toString(budget),
              "--budget 0.998"));
    }
    if (images < 1 || images > IMAGES_MAX) {
      problems.add(
          Usage.wrong(
              "--images",
              "the number of images must be 1 to " + IMAGES_MAX,
              Integer.toString(images),
              "--images 32"));
    }
    if (!output.toString().endsWith(".json")) {
      problems.add(
          Usage.wrong(
              "--output",
              "the recipe is written as JSON",
              output.toString(),
              "a name that ends in .json"));
    }
    problems.throwIfAny();
    return new PlanRequest(
        options.model(),
        options.config(),
        output,
        budget,
        images,
        options.force(),
        options.threads());
  }

  @Override
  void print(PlanResult result, ResultText text) {
    text.figures(result.figures());
    text.table(
        List.of("layers", "precision", "because"),
        3,
        result.rules().stream()
            .map(r -> List.of(r.select(), r.precision().id(), r.reason()))
            .toList());
    result.files().forEach(file -> text.field("written", file.toString()));
    text.next("facekit quantize --config " + result.files().get(0));
  }

  @Override
  void print(PlanResult result, JsonGenerator json) throws IOException {
    Json.list(
        json, "files", result.files(), (j, file) -> j.writeStringField("file", file.toString()));
    Json.list(
        json,
        "rules",
        result.rules(),
        (j, rule) -> {
          j.writeStringField("select", rule.select());
          j.writeStringField("precision", rule.precision().id());
          j.writeStringField("reason", rule.reason());
        });
    Json.list(json, "figures", result.figures(), ResultJson::figure);
  }

  @Override
  List<Problem> failures(PlanResult result) {
    return result.missed();
  }
}
