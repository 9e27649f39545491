package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.cli.Facekit.Run;
import io.facekit.core.error.ExitCode;
import io.facekit.quantize.job.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static final int KILLED_AFTER = 20;

  @TempDir Path folder;

  @Test
  void passesTheOptionsOnAndSaysThatTheBudgetIsMissed() {
    CommandRun run =
        CommandRun.of(
            "plan", "a.pt", "-c", "r.json", "--budget", "0.99", "--images", "5", "-o", "p.json");
    assertThat(run.exit()).isEqualTo(ExitCode.ACCURACY_GATE.code());
    assertThat(run.out()).contains("conv1.**", "drift 1.2e-3 alone", "quantize --config p.json");
    assertThat(run.err()).contains("no plan keeps the budget");
    assertThat(run.jobs().request)
        .isInstanceOfSatisfying(
            PlanRequest.class,
            r -> {
              assertThat(r.model()).contains(Path.of("a.pt"));
              assertThat(r.config()).isEqualTo(Path.of("r.json"));
              assertThat(r.output()).isEqualTo(Path.of("p.json"));
              assertThat(r.budget()).isEqualTo(0.99);
              assertThat(r.images()).isEqualTo(5);
              assertThat(r.force()).isFalse();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "--budget, 1",
    "--budget, 0",
    "--budget, NaN",
    "--images, 0",
    "--images, 513",
    "--output, planned.yaml"
  })
  void refusesWhatMakesNoSense(String option, String value) {
    CommandRun run = CommandRun.of("plan", "-c", "r.json", option, value);
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains(option, value);
    assertThat(run.jobs().request).isNull();
  }

  private Path recipe() throws IOException {
    return Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        model: %s
        preprocessing: faceplugin
        calibration: {images: %s, identities: {first: 3}}
        evaluation: {images: %s, identities: {last: 3}}
        targets: [ort-x86]
        """
            .formatted(Facekit.SAMPLE, Facekit.FACES, Facekit.FACES));
  }

  private Object[] arguments(Path recipe, String output, int threads) {
    return new Object[] {
      "plan",
      "-c",
      recipe,
      "--budget",
      0.9,
      "--images",
      1,
      "--threads",
      threads,
      "-o",
      folder.resolve(output)
    };
  }

  @Test
  void goesOnAfterAKill() throws Exception {
    Path recipe = recipe();
    Path journal = folder.resolve("killed.json.journal");
    Process killed =
        new ProcessBuilder(Facekit.command(List.of(), arguments(recipe, "killed.json", 1)))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    while (!Files.exists(journal) || Files.readAllLines(journal).size() < KILLED_AFTER) {
      assertThat(killed.waitFor(50, TimeUnit.MILLISECONDS)).as("ended too early").isFalse();
    }
    killed.destroyForcibly().waitFor();
    assertThat(folder.resolve("killed.json")).doesNotExist();
    Run resumed = Facekit.inProcess(arguments(recipe, "killed.json", 2));
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("resumed: ");
    assertThat(journal).doesNotExist();
    Run whole = Facekit.inProcess(arguments(recipe, "whole.json", 1));
    assertThat(whole.exit()).as(whole.err()).isZero();
    assertThat(whole.err()).doesNotContain("resumed: ");
    assertThat(folder.resolve("killed.json")).hasSameTextualContentAs(folder.resolve("whole.json"));
    assertThat(layers("killed.plan.json")).isEqualTo(layers("whole.plan.json"));
    assertThat(folder.resolve("whole.plan.html")).content().contains("<svg", "conv_6_sep");
    Run again = Facekit.inProcess(arguments(recipe, "whole.json", 1));
    assertThat(again.exit()).isEqualTo(ExitCode.IO.code());
  }

  private JsonNode layers(String file) throws IOException {
    JsonNode plan = new ObjectMapper().readTree(folder.resolve(file).toFile());
    assertThat(plan.path("layers")).isNotEmpty();
    return plan.path("layers");
  }
}
