package io.facekit.quantize.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.quantize.drift.CosineDrift.Bin;
import io.facekit.quantize.drift.CosineDrift.ImageCosine;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CosineDriftTest {
  @Test
  void anArtifactThatMovedNothingHasCosineOne() {
    Embeddings faces = new Faces(7, 3, 33, 0.5, 1).reference();
    CosineDrift drift = CosineDrift.of(faces, faces);
    assertThat(drift.min()).isCloseTo(1, within(1e-12));
    assertThat(drift.histogram().get(40).count()).isEqualTo(21);
  }

  @Test
  void knownAnglesGiveMeanPercentileHistogramAndWorstImages() {
    int n = 250;
    CosineDrift drift = CosineDrift.of(onAxis(n), rotated(n), 3);
    // Image i has cosine 1 - i / 1000, so the worst is number 249.
    assertThat(drift.mean()).isCloseTo(1 - 124.5 / 1000, within(1e-6));
    assertThat(drift.min()).isCloseTo(1 - 0.249, within(1e-6));
    // ceil(250 / 100) = 3: the third worst.
    assertThat(drift.p1()).isCloseTo(1 - 0.247, within(1e-6));
    assertThat(drift.worst()).extracting(ImageCosine::name).containsExactly("249", "248", "247");
    assertThat(drift.histogram()).hasSize(41);
    assertThat(drift.histogram().stream().mapToInt(Bin::count).sum()).isEqualTo(n);
    assertThat(drift.histogram().get(0).count()).isBetween(149, 150);
  }

  @Test
  void withUpToAHundredImagesThePercentileIsTheWorstImage() {
    assertThat(CosineDrift.of(onAxis(100), rotated(100)).p1()).isCloseTo(1 - 0.099, within(1e-6));
    assertThat(CosineDrift.of(onAxis(101), rotated(101)).p1()).isCloseTo(1 - 0.099, within(1e-6));
  }

  @Test
  void embeddingsThatAreNotFiniteAreNamedAllAtOnce() {
    Embeddings.Builder builder =
        Embeddings.builder(4, 2)
            .add("good.jpg", Optional.empty(), new float[] {1, 0}, 0)
            .add("nan.jpg", Optional.empty(), new float[] {1, Float.NaN}, 0)
            .add("inf.jpg", Optional.empty(), new float[] {Float.NEGATIVE_INFINITY, 0}, 0)
            .add("zero.jpg", Optional.empty(), new float[] {0, 0}, 0);
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> {
              assertThat(e.problems()).allMatch(p -> p.id() == ErrorId.DATA_NOT_FINITE);
              assertThat(e.problems())
                  .extracting(p -> p.at())
                  .containsExactly("nan.jpg", "inf.jpg", "zero.jpg");
            });
  }

  @Test
  void manyBrokenEmbeddingsAreCountedNotListed() {
    Embeddings.Builder builder = Embeddings.builder(100, 1);
    for (int i = 0; i < 100; i++) {
      builder.add("image " + i, Optional.empty(), new float[] {Float.NaN}, 0);
    }
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> {
              assertThat(e.problems()).hasSize(21);
              assertThat(e.problems().get(20).what()).contains("80 more");
            });
  }

  @Test
  void otherImagesAreRefused() {
    assertThatThrownBy(() -> CosineDrift.of(onAxis(2), onAxis(3)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CosineDrift.of(onAxis(0), onAxis(0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Embeddings onAxis(int n) {
    return rows(n, false);
  }

  private static Embeddings rotated(int n) {
    return rows(n, true);
  }

  private static Embeddings rows(int n, boolean rotate) {
    Embeddings.Builder builder = Embeddings.builder(n, 2);
    List<Integer> images = IntStream.range(0, n).boxed().toList();
    for (int i : images) {
      double cosine = rotate ? 1 - i / 1000.0 : 1;
      double sine = Math.sqrt(1 - cosine * cosine);
      float[] row = {(float) (3 * cosine), (float) (3 * sine)};
      builder.add(String.valueOf(i), Optional.empty(), row, 0);
    }
    return builder.build();
  }
}
