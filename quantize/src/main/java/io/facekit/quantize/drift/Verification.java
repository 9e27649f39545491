package io.facekit.quantize.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Face verification over all pairs of an evaluation set, with the reference and with the candidate.
 *
 * <p>A pair is genuine when both images show the same identity, otherwise impostor; it is accepted
 * when its cosine similarity is above the threshold. TAR and FAR are the accepted shares of the
 * genuine and of the impostor pairs. Source of the definitions: the IJB protocol (Whitelam et al.,
 * 2017), with the stricter threshold rule "lowest threshold with FAR ≤ target".
 *
 * @param images with an identity; the others take no part
 * @param referenceEer where FAR = 1 - TAR; null without genuine or without impostor pairs
 * @param candidateEer as {@code referenceEer}, of the candidate
 * @param scoreChange |candidate - reference| of the cosine similarity over all pairs; null without
 *     pairs
 * @param points one per target FAR, in the order of {@link #FARS}
 * @param curve reference and candidate at FARs that are evenly spaced in the logarithm, from 1 down
 *     to the last one that the impostor pairs can estimate
 */
public record Verification(
    int images,
    int identities,
    long genuinePairs,
    long impostorPairs,
    @Nullable Double referenceEer,
    @Nullable Double candidateEer,
    @Nullable ScoreChange scoreChange,
    List<OperatingPoint> points,
    List<CurvePoint> curve) {
  /** The target FARs of {@link #points}. */
  public static final List<Double> FARS = List.of(1e-1, 1e-2, 1e-3, 1e-4, 1e-5);

  /** Impostor pairs that must be above the threshold for a FAR to count as estimable. */
  public static final int MIN_FALSE_ACCEPTS = 10;

  public Verification {
    points = List.copyOf(points);
    curve = List.copyOf(curve);
  }

  /**
   * Scores all pairs.
   *
   * @throws IllegalArgumentException when the two do not hold the same images in the same order
   */
  public static Verification of(Embeddings reference, Embeddings candidate) {
    return new VerificationRun(reference, candidate).run();
  }

  /** Whether {@code impostorPairs} are enough for this FAR: at least 10 / FAR. */
  public static boolean estimable(double far, long impostorPairs) {
    return impostorPairs >= Math.round(MIN_FALSE_ACCEPTS / far);
  }

  /**
   * How far the pair scores moved.
   *
   * @param p99 by nearest rank
   */
  public record ScoreChange(double mean, double p99, double max) {}

  /**
   * One target FAR.
   *
   * @param impostorPairsNeeded to estimate it
   * @param estimate null when it is not estimable: too few impostor pairs, or no genuine pair
   */
  public record OperatingPoint(double far, long impostorPairsNeeded, @Nullable Estimate estimate) {}

  /**
   * What happens at one target FAR.
   *
   * @param referenceThreshold the lowest with FAR ≤ target on the reference's scores
   * @param candidateThreshold the lowest with FAR ≤ target on the candidate's scores
   * @param thresholdShift candidate threshold - reference threshold
   * @param reference with its own threshold
   * @param candidate with its own threshold
   * @param kept the candidate with the reference's threshold: what happens to those who change
   *     nothing
   * @param flips decisions that change at the reference's threshold
   */
  public record Estimate(
      double referenceThreshold,
      double candidateThreshold,
      double thresholdShift,
      Rates reference,
      Rates candidate,
      Rates kept,
      Flips flips) {}

  /** Accepted shares, 0 to 1. */
  public record Rates(double tar, double far) {}

  /** One point of the curve: the TAR of both at their own thresholds for this FAR. */
  public record CurvePoint(double far, double referenceTar, double candidateTar) {}

  /**
   * Pairs whose decision changes when the model is replaced and the threshold stays.
   *
   * @param acceptToReject all pairs that were accepted and are rejected now
   * @param rejectToAccept all pairs that were rejected and are accepted now
   * @param newFalseRejects the genuine pairs in {@code acceptToReject}
   * @param newFalseAccepts the impostor pairs in {@code rejectToAccept}
   * @param worst those whose score moved most, largest first, ties in pair order
   */
  public record Flips(
      long acceptToReject,
      long rejectToAccept,
      long newFalseRejects,
      long newFalseAccepts,
      List<FlippedPair> worst) {
    public Flips {
      worst = List.copyOf(worst);
    }
  }

  /** A pair whose decision changed, with both scores. */
  public record FlippedPair(
      String first, String second, boolean genuine, double reference, double candidate) {}
}
