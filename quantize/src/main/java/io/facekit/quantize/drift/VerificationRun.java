package io.facekit.quantize.drift;

import io.facekit.quantize.drift.Verification.CurvePoint;
import io.facekit.quantize.drift.Verification.Estimate;
import io.facekit.quantize.drift.Verification.OperatingPoint;
import io.facekit.quantize.drift.Verification.Rates;
import io.facekit.quantize.drift.Verification.ScoreChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes a {@link Verification} in two passes over the pairs: thresholds, then flips. */
final class VerificationRun {
  private static final int PER_DECADE = 8;

  private final Embeddings reference;
  private final PairScores pairs;
  private final ScoreCounts ofReference = new ScoreCounts();
  private final ScoreCounts ofCandidate = new ScoreCounts();
  private final long[] changes = new long[PairScores.TOP + 1];
  private long genuinePairs;
  private long impostorPairs;

  VerificationRun(Embeddings reference, Embeddings candidate) {
    this.reference = reference;
    this.pairs = new PairScores(reference, candidate);
  }

  Verification run() {
    pairs.forEach(this::count);
    ofReference.sum();
    ofCandidate.sum();
    boolean comparable = genuinePairs > 0 && impostorPairs > 0;
    return new Verification(
        pairs.images(),
        pairs.people(),
        genuinePairs,
        impostorPairs,
        comparable ? ofReference.equalErrorRate(genuinePairs, impostorPairs) : null,
        comparable ? ofCandidate.equalErrorRate(genuinePairs, impostorPairs) : null,
        scoreChange(),
        points(),
        comparable ? curve() : List.of());
  }

  private void count(int first, int second, boolean genuine, int before, int after) {
    ofReference.add(genuine, before);
    ofCandidate.add(genuine, after);
    changes[Math.abs(after - before)]++;
    if (genuine) {
      genuinePairs++;
    } else {
      impostorPairs++;
    }
  }

  private @Nullable ScoreChange scoreChange() {
    long total = genuinePairs + impostorPairs;
    if (total == 0) {
      return null;
    }
    long rank99 = total - total / 100;
    double sum = 0;
    long seen = 0;
    int p99 = 0;
    int max = 0;
    for (int change = 0; change < changes.length; change++) {
      if (changes[change] > 0) {
        sum += (double) changes[change] * change;
        max = change;
        if (seen < rank99) {
          p99 = change;
        }
        seen += changes[change];
      }
    }
    double grid = PairScores.GRID;
    return new ScoreChange(sum / grid / total, p99 / grid, max / grid);
  }

  private List<OperatingPoint> points() {
    List<Double> estimable =
        Verification.FARS.stream()
            .filter(far -> genuinePairs > 0 && Verification.estimable(far, impostorPairs))
            .toList();
    List<FlipCounter> counters =
        estimable.stream()
            .map(far -> new FlipCounter(reference, ofReference.threshold(far, impostorPairs)))
            .toList();
    if (!counters.isEmpty()) {
      pairs.forEach(
          (first, second, genuine, before, after) -> {
            for (FlipCounter counter : counters) {
              counter.pair(first, second, genuine, before, after);
            }
          });
    }
    List<OperatingPoint> points = new ArrayList<>();
    for (double far : Verification.FARS) {
      int at = estimable.indexOf(far);
      long needed = Math.round(Verification.MIN_FALSE_ACCEPTS / far);
      points.add(new OperatingPoint(far, needed, at < 0 ? null : estimate(far, counters.get(at))));
    }
    return points;
  }

  private Estimate estimate(double far, FlipCounter flips) {
    int before = flips.threshold();
    int after = ofCandidate.threshold(far, impostorPairs);
    return new Estimate(
        PairScores.score(before),
        PairScores.score(after),
        (after - before) / (double) PairScores.GRID,
        rates(ofReference, before),
        rates(ofCandidate, after),
        rates(ofCandidate, before),
        flips.flips());
  }

  private Rates rates(ScoreCounts counts, int threshold) {
    return new Rates(counts.tar(threshold, genuinePairs), counts.far(threshold, impostorPairs));
  }

  private List<CurvePoint> curve() {
    List<CurvePoint> curve = new ArrayList<>();
    for (int step = 0; ; step++) {
      double far = Math.pow(10, -step / (double) PER_DECADE);
      if (!Verification.estimable(far, impostorPairs) || step > 6 * PER_DECADE) {
        return curve;
      }
      curve.add(new CurvePoint(far, tarAt(ofReference, far), tarAt(ofCandidate, far)));
    }
  }

  private double tarAt(ScoreCounts counts, double far) {
    return counts.tar(counts.threshold(far, impostorPairs), genuinePairs);
  }
}
