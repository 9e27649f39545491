package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.runtime.run.Runner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Compares a float artifact with a reference, image by image, on faces and on noise, and with
 * itself at other batch sizes. Differences are shares of the reference's output range.
 */
final class Proof {
  /** For float32 against float32. */
  static final double TOLERANCE = 1e-4;

  /** Rows of one batch against the same images one by one. */
  static final double ROW_TOLERANCE = 1e-5;

  /** Where PyTorch computes in float16, or weights are stored in it. */
  static final double MIN_COSINE = 0.9999;

  static final List<Integer> BATCHES = List.of(1, 2, 5);

  private final Probe probe;
  private final boolean byCosine;

  /**
   * @param byCosine whether one side is rounded to float16
   */
  Proof(Probe probe, boolean byCosine) {
    this.probe = probe;
    this.byCosine = byCosine;
  }

  /**
   * The measured agreement.
   *
   * @param maxAbsolute the largest absolute difference of an output
   * @param maxDifference the same, as a share of the output's range
   * @param minCosine the smallest cosine of any image
   */
  record Measured(double maxAbsolute, double maxDifference, double minCosine) {
    Measured worse(Measured other) {
      return new Measured(
          Math.max(maxAbsolute, other.maxAbsolute),
          Math.max(maxDifference, other.maxDifference),
          Math.min(minCosine, other.minCosine));
    }

    private static Measured of(float[] reference, float[] candidate, int rows) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      double difference = 0;
      for (int i = 0; i < reference.length; i++) {
        min = Math.min(min, reference[i]);
        max = Math.max(max, reference[i]);
        difference = Math.max(difference, Math.abs((double) reference[i] - candidate[i]));
        if (!Float.isFinite(candidate[i])) {
          difference = Double.POSITIVE_INFINITY;
        }
      }
      double cosine = 1;
      int width = reference.length / rows;
      for (int r = 0; r < rows; r++) {
        double dot = 0;
        double a = 0;
        double b = 0;
        for (int i = r * width; i < (r + 1) * width; i++) {
          dot += (double) reference[i] * candidate[i];
          a += (double) reference[i] * reference[i];
          b += (double) candidate[i] * candidate[i];
        }
        cosine = Math.min(cosine, dot / Math.sqrt(a * b));
      }
      return new Measured(difference, difference / Math.max(max - min, Float.MIN_NORMAL), cosine);
    }
  }

  /** The rows of both batches as a runner computes them one by one. */
  List<float[]> rows(Runner runner) {
    return List.of(oneByOne(runner, probe.faces()), oneByOne(runner, probe.noise()));
  }

  private static float[] oneByOne(Runner runner, float[] batch) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < Probe.IMAGES; i++) {
      rows.add(runner.outputs(Probe.part(batch, i, i + 1), 1));
    }
    int width = rows.get(0).length;
    float[] all = new float[Probe.IMAGES * width];
    for (int i = 0; i < Probe.IMAGES; i++) {
      System.arraycopy(rows.get(i), 0, all, i * width, width);
    }
    return all;
  }

  /** How an artifact agrees with reference rows at batches 1, 2 and 5. */
  Measured measure(List<float[]> reference, Runner candidate, String name) {
    Measured onFaces = measure(reference.get(0), probe.faces(), candidate, name);
    return onFaces.worse(measure(reference.get(1), probe.noise(), candidate, name));
  }

  private static Measured measure(float[] expected, float[] images, Runner candidate, String name) {
    Measured worst = new Measured(0, 0, 1);
    int width = expected.length / Probe.IMAGES;
    for (int n : BATCHES) {
      float[] out = candidate.outputs(Probe.part(images, 0, n), n);
      if (out.length != n * width) {
        throw Problem.of(
                ErrorId.VERIFY_BATCH, "a batch of " + n + " gives " + out.length + " numbers")
            .at(name)
            .found("expected " + n + " rows of " + width)
            .asException();
      }
      worst = worst.worse(Measured.of(Arrays.copyOf(expected, n * width), out, n));
    }
    return worst;
  }

  /** Whether the agreement is what a float artifact must have. */
  boolean holds(Measured m) {
    return byCosine ? m.minCosine() >= MIN_COSINE : m.maxDifference() <= TOLERANCE;
  }

  /** The agreement in words. */
  String describe(Measured m) {
    return byCosine
        ? String.format(Locale.ROOT, "smallest cosine %.6f", m.minCosine())
        : String.format(Locale.ROOT, "largest difference %.1e of the range", m.maxDifference());
  }

  /** Compares, notes the outcome, and raises an error if the artifact does not agree. */
  Measured require(
      String name,
      List<float[]> reference,
      String referenceName,
      Runner candidate,
      List<Check> checks) {
    Measured m = measure(reference, candidate, name);
    if (!holds(m)) {
      throw Problem.of(ErrorId.VERIFY_REFERENCE, "the artifact differs from " + referenceName)
          .at(name)
          .found(describe(m))
          .hint("this is a bug of facekit: please report it with the model's structure")
          .asException();
    }
    checks.add(
        new Check(
            name + " equals " + referenceName + " at batches 1, 2, 5 on faces and noise",
            true,
            describe(m)));
    return m;
  }

  /** Compares every batch size with the same images one by one, in one runtime, on faces. */
  void checkRows(String name, Runner candidate) {
    float[] rows = oneByOne(candidate, probe.faces());
    Measured m = measure(rows, probe.faces(), candidate, name);
    if (m.maxDifference() > ROW_TOLERANCE) {
      throw Problem.of(ErrorId.VERIFY_BATCH, "rows change with the batch size")
          .at(name)
          .found(String.format(Locale.ROOT, "difference %.1e of the range", m.maxDifference()))
          .asException();
    }
  }
}
