package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.conv;
import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.ir.Graph;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Quantization;
import io.facekit.core.tflite.TfliteVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files: whatever facekit's verifier accepts, the real interpreter loads, allocates and
 * runs, with its own kernels and with XNNPACK, at batches 1 and 2. {@code -Dfacekit.mutations} and
 * {@code -Dfacekit.mutation-seed} try others.
 */
class TfliteMutationTest {
  private static final int MUTATIONS = Integer.getInteger("facekit.mutations", 10_000);
  private static final long SEED = Long.getLong("facekit.mutation-seed", 1);

  private static final Graph GRAPH =
      Lane.parse(
          """
          input input: f32[batch,3,8,6]
          stem = %s(input, w1: f32[4,3,3,3] {seed 1}, b1: f32[4] {seed 2})
          act = PRelu(stem, a: f32[4] {0.25 -0.5 0.75 0.1})
          dw = %s(act, w2: f32[4,1,3,3] {seed 3}, b2: f32[4] {seed 4})
          c = %s(dw, w3: f32[4,4,1,1] {seed 5}, b3: f32[4] {seed 6})
          r = Add(c, act)
          m = MaxPool[kernel=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1]](r)
          p = AveragePool[kernel=[2, 3], strides=[2, 3]](m)
          g = Sigmoid(p)
          s = Mul(p, g)
          t = Concat[axis=1](s, p)
          f = Flatten(t)
          e = Gemm[activation=NONE](f, w4: f32[5,16] {seed 7}, b4: f32[5] {seed 8})
          h = Reshape[shape=[batch,1,5]](e)
          k = Reshape[shape=[batch,5]](h)
          y = LpNormalization(k)
          output y
          """
              .formatted(
                  conv("2, 2", "1, 1, 1, 1", "1, 1", 1, "NONE"),
                  conv("1, 1", "1, 1, 1, 1", "1, 1", 4, "NONE"),
                  conv("1, 1", "0, 0, 0, 0", "1, 1", 1, "RELU")));

  @TempDir Path folder;

  private static List<byte[]> files() {
    Map<String, Array> seen = Reference.values(GRAPH, Lane.input(GRAPH, 5));
    List<Quantization> precisions =
        List.of(
            Quantization.NONE,
            HandQuantization.all(GRAPH, Precision.FP16),
            HandQuantization.int8(GRAPH, seen, Set.of("act", "y"), false));
    List<byte[]> files = new ArrayList<>();
    for (Quantization q : precisions) {
      files.add(TfliteEmitter.emit(GRAPH, q, Map.of("facekit", "a test")));
    }
    return files;
  }

  private static boolean accepts(byte[] file) {
    return TfliteVerifier.verify(ByteBuffer.wrap(file)).isEmpty();
  }

  @Test
  void everyTruncationIsRefused() {
    for (byte[] file : files()) {
      for (int n = 0; n < file.length; n++) {
        assertThat(accepts(Arrays.copyOf(file, n))).as("%d of %d bytes", n, file.length).isFalse();
      }
    }
  }

  @Test
  void whatIsAcceptedRuns() throws IOException, InterruptedException {
    List<byte[]> files = files();
    List<byte[]> accepted = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (byte[] file : files) {
      assertThat(TfliteVerifier.verify(ByteBuffer.wrap(file))).isEmpty();
      accepted.add(file);
      names.add("undamaged");
    }
    List<Mutator> mutators = files.stream().map(Mutator::new).toList();
    for (int i = 0; i < MUTATIONS; i++) {
      int file = i % files.size();
      long seed = SEED * 1_000_000_007L + i;
      byte[] mutated = mutators.get(file).mutate(seed);
      if (accepts(mutated)) {
        accepted.add(mutated);
        names.add("file " + file + ", seed " + seed);
      }
    }
    List<String> outcomes = new TrialProcess(folder).outcomes(accepted);
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      if (!outcomes.get(i).equals("ok")) {
        failures.add(names.get(i) + ": " + outcomes.get(i));
      }
    }
    assertThat(failures)
        .as("of %d accepted ones of %d mutations", accepted.size() - files.size(), MUTATIONS)
        .isEmpty();
    assertThat(accepted).as("damage that does not matter").hasSizeGreaterThan(MUTATIONS / 20);
  }
}
