package io.facekit.cli;

import io.facekit.core.error.Problems;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.drift.GateLimits.TarDrop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The gates of {@code facekit drift}, named as in a recipe. */
final class GateOptions {
  @Option(names = "--cosine-mean", paramLabel = "X", description = "Least mean cosine.")
  private @Nullable Double cosineMean;

  @Option(names = "--cosine-p1", paramLabel = "X", description = "Least first percentile of it.")
  private @Nullable Double cosineP1;

  @Option(names = "--cosine-min", paramLabel = "X", description = "Least cosine of any image.")
  private @Nullable Double cosineMin;

  @Option(
      names = "--tar-drop",
      paramLabel = "FAR=POINTS",
      description = "Most percentage points of TAR lost at this FAR. May be repeated.")
  private Map<Double, Double> tarDrop = new LinkedHashMap<>();

  @Option(names = "--size-max", paramLabel = "BYTES", description = "Largest candidate file.")
  private @Nullable Long sizeMax;

  GateLimits toLimits() {
    Problems problems = new Problems();
    cosine(problems, "--cosine-mean", cosineMean);
    cosine(problems, "--cosine-p1", cosineP1);
    cosine(problems, "--cosine-min", cosineMin);
    tarDrop.forEach(
        (far, points) -> {
          if (!(far > 0 && far < 1 && points >= 0 && points <= 100)) {
            problems.add(
                Usage.wrong(
                    "--tar-drop",
                    "a FAR lies between 0 and 1, points between 0 and 100",
                    far + "=" + points,
                    "--tar-drop 1e-4=0.5"));
          }
        });
    if (sizeMax != null && sizeMax < 1) {
      problems.add(
          Usage.wrong(
              "--size-max", "a size is positive", sizeMax.toString(), "--size-max 1600000"));
    }
    problems.throwIfAny();
    List<TarDrop> drops =
        tarDrop.entrySet().stream().map(e -> new TarDrop(e.getKey(), e.getValue())).toList();
    return new GateLimits(cosineMean, cosineP1, cosineMin, drops, sizeMax, null);
  }

  private static void cosine(Problems problems, String option, @Nullable Double value) {
    if (value != null && !(value >= -1 && value <= 1)) {
      problems.add(
          Usage.wrong(
              option, "a cosine lies between -1 and 1", value.toString(), option + " 0.99"));
    }
  }
}
