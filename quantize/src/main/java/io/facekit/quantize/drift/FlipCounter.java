package io.facekit.quantize.drift;

import io.facekit.quantize.drift.Verification.FlippedPair;
import io.facekit.quantize.drift.Verification.Flips;
import java.util.ArrayList;
import java.util.List;

/** Counts the decisions that change at one threshold, and keeps the pairs that moved most. */
final class FlipCounter implements PairScores.Sink {
  private static final int WORST = 5;

  private final Embeddings names;
  private final int threshold;
  private final List<Pair> worst = new ArrayList<>();
  private long acceptToReject;
  private long rejectToAccept;
  private long newFalseRejects;
  private long newFalseAccepts;

  private record Pair(int first, int second, boolean genuine, int before, int after) {
    int change() {
      return Math.abs(after - before);
    }
  }

  FlipCounter(Embeddings names, int threshold) {
    this.names = names;
    this.threshold = threshold;
  }

  int threshold() {
    return threshold;
  }

  @Override
  public void pair(int first, int second, boolean genuine, int reference, int candidate) {
    boolean accepted = reference > threshold;
    if (accepted == candidate > threshold) {
      return;
    }
    if (accepted) {
      acceptToReject++;
      newFalseRejects += genuine ? 1 : 0;
    } else {
      rejectToAccept++;
      newFalseAccepts += genuine ? 0 : 1;
    }
    keep(new Pair(first, second, genuine, reference, candidate));
  }

  Flips flips() {
    List<FlippedPair> pairs =
        worst.stream()
            .map(
                p ->
                    new FlippedPair(
                        names.name(p.first()),
                        names.name(p.second()),
                        p.genuine(),
                        PairScores.score(p.before()),
                        PairScores.score(p.after())))
            .toList();
    return new Flips(acceptToReject, rejectToAccept, newFalseRejects, newFalseAccepts, pairs);
  }

  private void keep(Pair pair) {
    int at = worst.size();
    while (at > 0 && before(pair, worst.get(at - 1))) {
      at--;
    }
    if (at < WORST) {
      worst.add(at, pair);
      if (worst.size() > WORST) {
        worst.remove(WORST);
      }
    }
  }

  private static boolean before(Pair a, Pair b) {
    if (a.change() != b.change()) {
      return a.change() > b.change();
    }
    return a.first() != b.first() ? a.first() < b.first() : a.second() < b.second();
  }
}
