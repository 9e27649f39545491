package io.facekit.quantize.report;

import io.facekit.core.quant.Precision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the rules of a recipe were found. Drift is 1 minus the mean cosine to FP32.
 *
 * @param budget the mean cosine asked for
 * @param cosineMean that of the planned artifact on the evaluation faces
 * @param images of the calibration, on which points and layers were measured
 * @param cpu that the times are of
 */
public record PlanReport(
    int schemaVersion,
    String toolVersion,
    String model,
    String target,
    double budget,
    double cosineMean,
    int images,
    String cpu,
    List<Point> points,
    List<Layer> layers) {
  public static final int SCHEMA_VERSION = 1;

  public PlanReport {
    points = List.copyOf(points);
    layers = List.copyOf(layers);
  }

  /**
   * One model between all INT8 and FP32.
   *
   * @param kind what it stands for
   * @param fp16Share of the parameters in FP16, 0 to 1
   * @param ratio its time divided by that of FP32
   */
  public record Point(
      Kind kind, double fp16Share, double drift, long sizeBytes, double millis, double ratio) {}

  /** What a point stands for. */
  public enum Kind {
    FP32,
    INT8,
    /** A step of the search. */
    STEP,
    PLANNED,
    /** The rules that the recipe had. */
    GIVEN,
    /** What the search finds with as many parameters as those have. */
    EQUAL_SIZE
  }

  /**
   * Layers that change together; every figure but the last two is a drift.
   *
   * @param weights only the weights are rounded
   * @param activations what INT8 activations add to that
   * @param alone both, all else float
   * @param accumulated all layers up to this are INT8
   * @param promoted what goes when it alone becomes FP16
   * @param precision that the plan gives it
   */
  public record Layer(
      String name,
      double weights,
      double activations,
      double alone,
      double accumulated,
      double promoted,
      long parameters,
      Precision precision) {}

  /** The point that stands for something, if there is one. */
  public @Nullable Point point(Kind kind) {
    return points.stream().filter(p -> p.kind() == kind).findFirst().orElse(null);
  }
}
