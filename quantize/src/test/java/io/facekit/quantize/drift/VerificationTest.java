package io.facekit.quantize.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.facekit.quantize.drift.Verification.CurvePoint;
import io.facekit.quantize.drift.Verification.Estimate;
import io.facekit.quantize.drift.Verification.FlippedPair;
import io.facekit.quantize.drift.Verification.OperatingPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private record Pair(String first, String second, boolean genuine, double before, double after) {}

  /** All pairs, straight from the definition, in double, rounded to the grid of the scores. */
  private static List<Pair> allPairs(Embeddings reference, Embeddings candidate) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < reference.count(); i++) {
      for (int j = i + 1; j < reference.count(); j++) {
        if (reference.identity(i).isPresent() && reference.identity(j).isPresent()) {
          pairs.add(
              new Pair(
                  reference.name(i),
                  reference.name(j),
                  reference.identity(i).equals(reference.identity(j)),
                  score(reference, i, j),
                  score(candidate, i, j)));
        }
      }
    }
    return pairs;
  }

  private static double score(Embeddings e, int i, int j) {
    float dot = 0;
    for (int k = 0; k < e.dimension(); k++) {
      dot += e.unit()[i * e.dimension() + k] * e.unit()[j * e.dimension() + k];
    }
    return Math.floor(dot * 262144.0 + 0.5) / 262144;
  }

  private static double share(List<Pair> pairs, boolean genuine, boolean before, double threshold) {
    return share(scores(pairs, genuine, before), threshold);
  }

  private static double[] scores(List<Pair> pairs, boolean genuine, boolean before) {
    return pairs.stream()
        .filter(p -> p.genuine() == genuine)
        .mapToDouble(p -> before ? p.before() : p.after())
        .toArray();
  }

  private static double share(double[] scores, double threshold) {
    int accepted = 0;
    for (double score : scores) {
      accepted += score > threshold ? 1 : 0;
    }
    return accepted / (double) scores.length;
  }

  /** The lowest threshold with FAR ≤ target; it can only be one of the impostor scores. */
  private static double threshold(List<Pair> pairs, boolean before, double target) {
    double[] impostors = scores(pairs, false, before);
    Arrays.sort(impostors);
    return Arrays.stream(impostors)
        .filter(t -> share(impostors, t) <= target)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void agreesWithTheDefinitionOnEveryPair() {
    Faces faces = new Faces(20, 3, 24, 0.9, 5);
    Embeddings reference = faces.reference();
    Embeddings candidate = faces.candidate(0.25, 6);
    Verification v = Verification.of(reference, candidate);
    List<Pair> pairs = allPairs(reference, candidate);

    assertThat(v.genuinePairs()).isEqualTo(60);
    assertThat(v.impostorPairs()).isEqualTo(1710);
    assertThat(v.identities()).isEqualTo(20);
    for (OperatingPoint point : v.points().subList(0, 2)) {
      Estimate e = Objects.requireNonNull(point.estimate());
      double before = threshold(pairs, true, point.far());
      double after = threshold(pairs, false, point.far());
      assertThat(e.referenceThreshold()).isEqualTo(before);
      assertThat(e.candidateThreshold()).isEqualTo(after);
      assertThat(e.thresholdShift()).isEqualTo(after - before);
      assertThat(e.reference().tar()).isEqualTo(share(pairs, true, true, before));
      assertThat(e.reference().far()).isEqualTo(share(pairs, false, true, before));
      assertThat(e.candidate().tar()).isEqualTo(share(pairs, true, false, after));
      assertThat(e.kept().tar()).isEqualTo(share(pairs, true, false, before));
      assertThat(e.kept().far()).isEqualTo(share(pairs, false, false, before));
      assertFlips(pairs, e, before);
    }
    assertThat(v.points().subList(2, 5)).allMatch(p -> p.estimate() == null);
  }

  private static void assertFlips(List<Pair> pairs, Estimate e, double threshold) {
    List<Pair> flipped =
        pairs.stream().filter(p -> p.before() > threshold != p.after() > threshold).toList();
    List<Pair> rejected = flipped.stream().filter(p -> p.before() > threshold).toList();
    assertThat(flipped).isNotEmpty();
    assertThat(e.flips().acceptToReject()).isEqualTo(rejected.size());
    assertThat(e.flips().rejectToAccept()).isEqualTo(flipped.size() - rejected.size());
    assertThat(e.flips().newFalseRejects())
        .isEqualTo(rejected.stream().filter(Pair::genuine).count());
    assertThat(e.flips().newFalseAccepts())
        .isEqualTo(flipped.stream().filter(p -> !p.genuine() && p.after() > threshold).count());
    Comparator<Pair> byChange = Comparator.comparing(p -> -Math.abs(p.after() - p.before()));
    assertThat(e.flips().worst())
        .containsExactlyElementsOf(
            flipped.stream()
                .sorted(byChange)
                .limit(5)
                .map(
                    p -> new FlippedPair(p.first(), p.second(), p.genuine(), p.before(), p.after()))
                .toList());
  }

  @Test
  void equalErrorRateAndScoreChangeAgreeWithTheDefinitionAcrossBlocks() {
    Faces faces = new Faces(66, 2, 18, 1.1, 8);
    Embeddings reference = faces.reference();
    Embeddings candidate = faces.candidate(0.2, 9);
    Verification v = Verification.of(reference, candidate);
    List<Pair> pairs = allPairs(reference, candidate);

    double least = 2;
    double eer = 0;
    double[] genuine = scores(pairs, true, false);
    double[] impostors = scores(pairs, false, false);
    TreeSet<Double> thresholds = new TreeSet<>();
    pairs.forEach(p -> thresholds.add(p.after()));
    for (double t : thresholds) {
      double far = share(impostors, t);
      double frr = 1 - share(genuine, t);
      if (Math.abs(far - frr) < least) {
        least = Math.abs(far - frr);
        eer = (far + frr) / 2;
      }
    }
    assertThat(v.candidateEer()).isCloseTo(eer, within(1e-12));
    double[] changes =
        pairs.stream().mapToDouble(p -> Math.abs(p.after() - p.before())).sorted().toArray();
    Verification.ScoreChange change = Objects.requireNonNull(v.scoreChange());
    assertThat(change.max()).isEqualTo(changes[changes.length - 1]);
    assertThat(change.p99()).isEqualTo(changes[(int) Math.ceil(0.99 * changes.length) - 1]);
    assertThat(change.mean())
        .isCloseTo(Arrays.stream(changes).average().orElseThrow(), within(1e-9));
    assertThat(v.curve()).hasSizeGreaterThan(16);
    for (CurvePoint point : v.curve().subList(14, 17)) {
      double t = threshold(pairs, true, point.far());
      assertThat(point.referenceTar()).isEqualTo(share(pairs, true, true, t));
    }
  }

  @Test
  void theSameModelTwiceFlipsNothing() {
    Embeddings faces = new Faces(30, 3, 16, 0.8, 3).reference();
    Estimate e = Objects.requireNonNull(Verification.of(faces, faces).points().get(0).estimate());
    assertThat(e.thresholdShift()).isZero();
    assertThat(e.kept()).isEqualTo(e.reference()).isEqualTo(e.candidate());
    assertThat(e.flips().acceptToReject() + e.flips().rejectToAccept()).isZero();
  }

  @Test
  void theOrderOfWorkDoesNotShow() {
    Faces faces = new Faces(50, 3, 32, 0.9, 4);
    Verification once = Verification.of(faces.reference(), faces.candidate(0.3, 1));
    assertThat(Verification.of(faces.reference(), faces.candidate(0.3, 1))).isEqualTo(once);
  }

  @Test
  void oneIdentityHasNoImpostorsAndEstimatesNothing() {
    Embeddings faces = new Faces(1, 5, 8, 0.5, 2).reference();
    Verification v = Verification.of(faces, faces);
    assertThat(v.genuinePairs()).isEqualTo(10);
    assertThat(v.impostorPairs()).isZero();
    assertThat(v.referenceEer()).isNull();
    assertThat(v.curve()).isEmpty();
    assertThat(v.points()).hasSize(5).allMatch(p -> p.estimate() == null);
  }

  @Test
  void oneImagePerPersonHasNoGenuinePairs() {
    Embeddings faces = new Faces(40, 1, 8, 0.5, 2).reference();
    Verification v = Verification.of(faces, faces);
    assertThat(v.genuinePairs()).isZero();
    assertThat(v.points()).allMatch(p -> p.estimate() == null);
  }

  @Test
  void imagesWithoutAnIdentityTakeNoPart() {
    float[][] rows = {{1, 0}, {0, 1}, {1, 1}};
    List<Optional<String>> people = List.of(Optional.of("a"), Optional.empty(), Optional.of("b"));
    Embeddings faces = Faces.of(List.of("1", "2", "3"), people, rows);
    Verification v = Verification.of(faces, faces);
    assertThat(v.images()).isEqualTo(2);
    assertThat(v.impostorPairs()).isEqualTo(1);
    Embeddings nobody =
        Faces.of(
            List.of("1", "2", "3"),
            List.of(Optional.empty(), Optional.empty(), Optional.empty()),
            rows);
    assertThat(Verification.of(nobody, nobody).scoreChange()).isNull();
  }

  @Test
  void aFarNeedsTenFalseAccepts() {
    assertThat(Verification.estimable(1e-4, 99_999)).isFalse();
    assertThat(Verification.estimable(1e-4, 100_000)).isTrue();
    assertThat(Verification.estimable(1e-5, 1_000_000)).isTrue();
  }
}
