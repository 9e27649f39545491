package io.facekit.core.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tflite.TfliteBuilder.Quantization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.lite.schema.BuiltinOperator;

class TfliteVerifierTest {
  private static List<String> problems(byte[] file) {
    return TfliteVerifier.verify(ByteBuffer.wrap(file)).stream()
        .map(p -> p.at() + ": " + p.what())
        .toList();
  }

  @Test
  void acceptsASoundModel() {
    assertThat(problems(SmallModel.builder().build())).isEmpty();
  }

  @Test
  void readsFromThePositionAndLeavesTheBufferAlone() {
    byte[] model = SmallModel.builder().build();
    ByteBuffer moved = ByteBuffer.allocate(model.length + 16);
    moved.position(16).put(model).position(16);
    assertThat(TfliteVerifier.verify(moved)).isEmpty();
    assertThat(moved.position()).isEqualTo(16);
    assertThat(moved.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
  }

  @Test
  void findsWrongNumbersOfScales() {
    TensorData weight = TensorData.of(new byte[108], 4, 3, 3, 3);
    assertThat(problems(SmallModel.builder(SmallModel.perChannel(4, 1), weight).build()))
        .containsExactly("subgraph 0, tensor 2: 4 scales for 3 slices");
    assertThat(problems(SmallModel.builder(SmallModel.perChannel(4, 4), weight).build()))
        .containsExactly("subgraph 0, tensor 2: axis 4 of the scales does not exist");
  }

  @Test
  void findsImpossibleQuantization() {
    TfliteBuilder b = new TfliteBuilder();
    b.tensor("a", DType.INT8, Shape.of(2), new Quantization(List.of(0f), List.of(0L), 0));
    b.tensor("b", DType.INT8, Shape.of(2), new Quantization(List.of(1f), List.of(128L), 0));
    b.tensor("c", DType.INT8, Shape.of(2), null);
    b.tensor("d", DType.INT8, Shape.of(2), new Quantization(List.of(1f, 1f), List.of(0L, 1L), 0));
    assertThat(problems(b.build()))
        .containsExactly(
            "subgraph 0, tensor 0: a scale is not positive and finite",
            "subgraph 0, tensor 1: a zero point is no value of the tensor's type",
            "subgraph 0, tensor 2: an int8 tensor has no scale",
            "subgraph 0, tensor 3: a zero point of one channel is not 0");
  }

  @Test
  void findsReadsBeforeWritesAndWrongIndices() {
    TfliteBuilder b = new TfliteBuilder();
    int x = b.tensor("x", DType.FLOAT32, Shape.batched(3), null);
    int y = b.tensor("y", DType.FLOAT32, Shape.batched(3), null);
    b.operator(BuiltinOperator.RELU, 1, List.of(y), List.of(y), null);
    b.operator(BuiltinOperator.ADD, 1, List.of(x, -1, 7), List.of(y), null);
    b.inputs(List.of(x));
    b.outputs(List.of(y, -1));
    assertThat(problems(b.build()))
        .containsExactly(
            "subgraph 0, operator 0: tensor 1 is read before it is written",
            "subgraph 0, operator 1: tensor 7 does not exist",
            "subgraph 0, operator 1: tensor 1 is written twice",
            "subgraph 0, outputs: tensor -1 does not exist");
  }

  @Test
  void findsUnknownAndCustomOperators() {
    TfliteBuilder b = new TfliteBuilder();
    b.operator(9999, 1, List.of(), List.of(), null);
    b.operator(BuiltinOperator.CUSTOM, 1, List.of(), List.of(), null);
    b.operator(BuiltinOperator.RELU, 0, List.of(), List.of(), null);
    assertThat(problems(b.build()))
        .containsExactly(
            "operator code 0: operator 9999 is not known",
            "operator code 1: a custom operator is not supported",
            "operator code 2: the operator version is 0");
  }

  @Test
  void findsABufferOfTheWrongSize() {
    byte[] model = SmallModel.builder().build();
    int shape = indexOf(model, new int[] {4, 4, 3, 3, 3});
    ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN).putInt(shape + 8, 5);
    assertThat(problems(model))
        .containsExactly("subgraph 0, tensor 2: type and shape need 180 bytes, the buffer has 108");
  }

  @Test
  void refusesOtherFiles() {
    assertThat(problems(new byte[0])).hasSize(1);
    assertThat(problems(new byte[7])).hasSize(1);
    assertThat(problems("not a model at all".getBytes(StandardCharsets.US_ASCII)))
        .containsExactly("offset 0: the file identifier is not TFL3");
  }

  @Test
  void everyTruncationIsFound() {
    byte[] model = SmallModel.builder().build();
    for (int n = 0; n < model.length; n++) {
      List<Problem> found = TfliteVerifier.verify(ByteBuffer.wrap(Arrays.copyOf(model, n)));
      assertThat(found).as("%d of %d bytes", n, model.length).isNotEmpty();
      assertThat(found).allMatch(p -> p.id() == ErrorId.VERIFY_FORMAT);
    }
  }

  @Test
  void neverThrowsOnMutations() {
    byte[] model = SmallModel.builder().build();
    for (long seed = 0; seed < 20_000; seed++) {
      byte[] mutated = mutate(model, new Random(seed));
      try {
        TfliteVerifier.verify(ByteBuffer.wrap(mutated));
        printIfReadable(mutated);
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void printIfReadable(byte[] file) {
    try {
      TflitePrinter.print(ByteBuffer.wrap(file));
      TfliteSummary.of(ByteBuffer.wrap(file));
    } catch (FacekitException e) {
      assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.VERIFY_FORMAT);
    }
  }

  private static byte[] mutate(byte[] model, Random random) {
    byte[] out = model.clone();
    ByteBuffer ints = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(out.length / 4) * 4;
      switch (random.nextInt(4)) {
        case 0 -> out[at + random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> ints.putInt(at, random.nextInt());
        case 2 -> ints.putInt(at, random.nextInt(2 * out.length) - out.length);
        default -> ints.putInt(at, random.nextBoolean() ? Integer.MAX_VALUE : -1);
      }
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(out, random.nextInt(out.length)) : out;
  }

  @Test
  void boundsTheWorkOnSharedTargets() {
    int count = 5000;
    TfliteBuilder b = new TfliteBuilder();
    for (int i = 1; i < count; i++) {
      b.tensor("t", DType.FLOAT32, Shape.SCALAR, null);
    }
    b.tensor("long", DType.FLOAT32, Shape.of(new long[20_000]), null);
    byte[] model = b.build();
    assertThat(TfliteVerifier.verifyStructure(ByteBuffer.wrap(model))).isEmpty();
    // Every tensor becomes the one with the long shape.
    ByteBuffer ints = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
    int vector = indexOf(model, new int[] {count});
    int last = vector + 4 * count;
    int target = last + ints.getInt(last);
    for (int at = vector + 4; at < last; at += 4) {
      ints.putInt(at, target - at);
    }
    assertThat(problems(model))
        .containsExactly("offset 0: the same bytes are referenced too often");
  }

  private static int indexOf(byte[] file, int[] words) {
    ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 4 * words.length <= file.length; at += 4) {
      int i = 0;
      while (i < words.length && b.getInt(at + 4 * i) == words[i]) {
        i++;
      }
      if (i == words.length) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }
}
