package io.facekit.quantize.report;

import static java.util.stream.Collectors.joining;

import io.facekit.quantize.drift.CosineDrift;
import io.facekit.quantize.drift.GateResult;
import io.facekit.quantize.drift.Verification;
import io.facekit.quantize.drift.Verification.Estimate;
import io.facekit.quantize.drift.Verification.OperatingPoint;
import io.facekit.quantize.report.Report.Artifact;
import io.facekit.quantize.report.Report.ArtifactCosine;
import io.facekit.quantize.report.Report.ArtifactVerification;
import io.facekit.quantize.report.Report.Latency;
import io.facekit.quantize.report.Report.Range;
import io.facekit.runtime.face.Preprocessing;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sentences of the page: what a person who releases the model needs to know. */
final class Headline {
  private static final int NAMED_FAILURES = 3;

  private Headline() {}

  static String word(Report report) {
    return switch (report.verdict()) {
      case PASS -> "PASS";
      case FAIL -> "FAIL";
      case NOT_GATED -> "MEASURED";
    };
  }

  static String gates(Report report) {
    List<GateResult> failed = report.gates().stream().filter(g -> !g.passed()).toList();
    int all = report.gates().size();
    return switch (report.verdict()) {
      case PASS -> all == 1 ? "The gate holds." : "All " + all + " gates hold.";
      case FAIL ->
          failed.size() + " of " + all + " gates failed. Do not release before you know why.";
      case NOT_GATED -> "The recipe sets no gates, so nothing was judged.";
    };
  }

  /** The failed gates in words, the first three of them; empty when none failed. */
  static String failures(Report report) {
    List<GateResult> failed = report.gates().stream().filter(g -> !g.passed()).toList();
    String text =
        failed.stream().limit(NAMED_FAILURES).map(Headline::failure).collect(joining("; "));
    int more = failed.size() - NAMED_FAILURES;
    return more > 0 ? text + "; and " + more + " more" : text;
  }

  private static String failure(GateResult gate) {
    String bound = gate.bound() == GateResult.Bound.AT_LEAST ? "at least " : "at most ";
    String found = gate.measured() == null ? "not measured" : figure(gate, gate.measured());
    return gate.name()
        + " of "
        + gate.artifact()
        + " is "
        + found
        + ", must be "
        + bound
        + figure(gate, gate.limit());
  }

  /** One or two sentences about the artifact that moved most. */
  static String summary(Report report) {
    Optional<ArtifactCosine> worst =
        report.cosine().stream().min(Comparator.comparingDouble(c -> c.drift().mean()));
    if (worst.isEmpty()) {
      return "No embeddings were compared.";
    }
    String file = worst.get().artifact();
    CosineDrift drift = worst.get().drift();
    StringBuilder text = new StringBuilder(file);
    artifact(report, file)
        .map(a -> timesSmaller(report, a))
        .ifPresent(t -> text.append(" is ").append(t).append(" and"));
    text.append(" keeps a mean cosine of ").append(Show.cosine(drift.mean()));
    text.append(" to FP32 over ").append(Show.plural(drift.images(), "image")).append('.');
    report.verification().stream()
        .filter(v -> v.artifact().equals(file))
        .findFirst()
        .map(ArtifactVerification::verification)
        .map(Headline::strictest)
        .ifPresent(point -> text.append(' ').append(rates(point)));
    return text.toString();
  }

  /** The threshold in words, for one target FAR. */
  static String threshold(OperatingPoint point) {
    Estimate e = point.estimate();
    if (e == null) {
      return "Too few pairs to advise on a threshold.";
    }
    String before = Show.threshold(e.referenceThreshold());
    String after = Show.threshold(e.candidateThreshold());
    return before.equals(after)
        ? "Keep your threshold " + before + "."
        : "Your threshold " + before + " → use " + after + ".";
  }

  /** What happens to those who do not move their threshold. */
  static String kept(OperatingPoint point) {
    Estimate e = point.estimate();
    if (e == null) {
      return "";
    }
    return "If you keep "
        + Show.threshold(e.referenceThreshold())
        + ", the false accept rate becomes "
        + Show.measuredRate(e.kept().far())
        + " instead of "
        + Show.measuredRate(e.reference().far())
        + ", and "
        + Show.percent(e.kept().tar())
        + " of genuine pairs are accepted instead of "
        + Show.percent(e.reference().tar())
        + ".";
  }

  /** The point with the lowest FAR that can be estimated. */
  static @Nullable OperatingPoint strictest(Verification verification) {
    return verification.points().stream()
        .filter(p -> p.estimate() != null)
        .min(Comparator.comparingDouble(OperatingPoint::far))
        .orElse(null);
  }

  /** Size relative to the FP32 artifact of the same format; null for that artifact itself. */
  static @Nullable Double sizeRatio(Report report, Artifact artifact) {
    String extension = extension(artifact.file());
    return report.artifacts().stream()
        .filter(a -> a.precision().equals("fp32"))
        .min(Comparator.comparing(a -> !extension(a.file()).equals(extension)))
        .filter(base -> !base.file().equals(artifact.file()) && base.sizeBytes() > 0)
        .map(base -> artifact.sizeBytes() / (double) base.sizeBytes())
        .orElse(null);
  }

  /** A gate's limit or measured value in the unit of the gate. */
  static String figure(GateResult gate, @Nullable Double value) {
    if (value == null) {
      return "–";
    }
    return switch (unit(gate.name())) {
      case "size" -> Show.bytes(value.longValue());
      case "latency" -> Show.ratio(value);
      case "tarDrop" -> Show.twoDecimals(value) + "\u00a0pt";
      default -> value.equals(gate.limit()) ? Show.number(value) : Show.cosine(value);
    };
  }

  /** The batch sizes at which the artifact was verified. */
  static String batches(Artifact artifact) {
    return artifact.batchesVerified().isEmpty()
        ? "–"
        : artifact.batchesVerified().stream().map(String::valueOf).collect(joining(", "));
  }

  /** Where latencies were taken, without repetition. */
  static List<String> machines(Report report) {
    List<Latency> latencies =
        report.artifacts().stream()
            .flatMap(a -> Optional.ofNullable(a.latency()).stream())
            .toList();
    String runtimes = latencies.stream().map(Latency::runtime).distinct().collect(joining(" and "));
    return latencies.stream()
        .map(l -> runtimes + ", " + Show.plural(l.threads(), "thread") + ", " + l.cpu())
        .distinct()
        .toList();
  }

  static String range(Range range) {
    return Show.number(range.min()) + " … " + Show.number(range.max());
  }

  static String preprocessing(Preprocessing p) {
    String pixel = p.scale() == 1 ? "x" : "x × " + Show.number(p.scale());
    return String.format(
        Locale.ROOT,
        "%s %d × %d, (%s − %s) / %s",
        p.channels(),
        p.height(),
        p.width(),
        pixel,
        perChannel(p.mean()),
        perChannel(p.std()));
  }

  private static String perChannel(List<Double> values) {
    return values.stream().distinct().count() == 1
        ? Show.number(values.get(0))
        : values.stream().map(Show::number).collect(joining(", ", "[", "]"));
  }

  private static String unit(String gate) {
    for (String unit : List.of("size", "latency", "tarDrop")) {
      if (gate.startsWith(unit)) {
        return unit;
      }
    }
    return "cosine";
  }

  private static String rates(OperatingPoint point) {
    Estimate e = point.estimate();
    return e == null
        ? ""
        : "At a false accept rate of "
            + Show.rate(point.far())
            + " it accepts "
            + Show.percent(e.candidate().tar())
            + " of genuine pairs; FP32 accepts "
            + Show.percent(e.reference().tar())
            + ".";
  }

  private static @Nullable String timesSmaller(Report report, Artifact artifact) {
    Double ratio = sizeRatio(report, artifact);
    if (ratio == null || ratio >= 0.95) {
      return null;
    }
    return Show.number(Math.round(10 / ratio) / 10.0) + " times smaller";
  }

  private static Optional<Artifact> artifact(Report report, String file) {
    return report.artifacts().stream().filter(a -> a.file().equals(file)).findFirst();
  }

  private static String extension(String file) {
    return file.substring(file.lastIndexOf('.') + 1);
  }
}
