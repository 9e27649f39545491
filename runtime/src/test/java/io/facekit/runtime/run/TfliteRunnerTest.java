package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tflite.TfliteBuilder;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.runtime.run.TfliteSketch.Sketch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.lite.schema.BuiltinOperator;

class TfliteRunnerTest {
  private static final double FLOAT = 1e-5;

  /** One step of the output's scale: kernels round requantization in their own ways. */
  private static final double STEP = 0.0301;

  @TempDir Path folder;

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("float conv, PRELU", image().conv(4).prelu().build(), FLOAT),
        Arguments.of("float conv on float16 weights", image().convHalf(4).build(), FLOAT),
        Arguments.of("float16 PRELU slopes", image().convHalf(4).prelu(true).build(), FLOAT),
        Arguments.of("int8 conv", image().quantize(0.01f, -3).conv(4).dequantize().build(), STEP),
        Arguments.of(
            "int8 conv, float PRELU, int8 conv",
            image()
                .quantize(0.01f, -3)
                .conv(4)
                .dequantize()
                .prelu()
                .quantize(0.03f, -20)
                .conv(5)
                .dequantize()
                .build(),
            8 * STEP),
        Arguments.of("float depthwise", image().depthwise().build(), FLOAT),
        Arguments.of(
            "int8 depthwise", image().quantize(0.01f, -3).depthwise().dequantize().build(), STEP),
        Arguments.of(
            "float FC from 1x1", new TfliteSketch(6, 1, 1).fullyConnected(4).build(), FLOAT),
        Arguments.of(
            "float FC from 2x2", new TfliteSketch(6, 2, 2).fullyConnected(4).build(), FLOAT),
        Arguments.of("int8 FC from 1x1", int8FullyConnected(1), STEP),
        Arguments.of("int8 FC from 2x2", int8FullyConnected(2), STEP),
        Arguments.of("float PAD, VALID", image().padConv(4).build(), FLOAT),
        Arguments.of(
            "int8 PAD, VALID", image().quantize(0.01f, -3).padConv(4).dequantize().build(), STEP));
  }

  private static TfliteSketch image() {
    return new TfliteSketch(3, 5, 6);
  }

  private static Sketch int8FullyConnected(int side) {
    return new TfliteSketch(6, side, side)
        .quantize(0.01f, -3)
        .fullyConnected(4)
        .dequantize()
        .build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void computesWhatPlainJavaComputes(String name, Sketch sketch, double tolerance)
      throws IOException {
    Path file = Files.write(folder.resolve("model.tflite"), sketch.file());
    assertThat(TfliteVerifier.verify(ByteBuffer.wrap(sketch.file()))).isEmpty();
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = TfliteRunner.open(file, 1, xnnpack)) {
        assertThat(runner.inputSize()).isEqualTo(sketch.size());
        for (int batch : new int[] {1, 2, 7, 2}) {
          float[] x = images(runner.inputSize().elements() * batch);
          assertThat(runner.run(x, batch))
              .as("%s, batch %d, XNNPACK %s", name, batch, xnnpack)
              .containsExactly(sketch.expected(x, batch), within((float) tolerance));
        }
        assertThat(runner.partitions()).isEqualTo(xnnpack ? 1 : runner.operators());
      }
    }
  }

  private static float[] images(int n) {
    Random random = new Random(11);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = 2 * random.nextFloat() - 1;
    }
    return x;
  }

  @Test
  void rowsDoNotDependOnTheBatch() throws IOException {
    Path file = Files.write(folder.resolve("m.tflite"), int8FullyConnected(2).file());
    try (TfliteRunner runner = TfliteRunner.open(file, 2, true)) {
      float[] x = images(3 * 24);
      float[] together = runner.run(x, 3);
      for (int i = 0; i < 3; i++) {
        assertThat(runner.run(Arrays.copyOfRange(x, i * 24, i * 24 + 24), 1))
            .isEqualTo(Arrays.copyOfRange(together, i * 4, i * 4 + 4));
      }
    }
  }

  @Test
  void namesTheRuntime() throws IOException {
    Path file = Files.write(folder.resolve("m.tflite"), image().conv(2).build().file());
    try (TfliteRunner runner = TfliteRunner.open(file, 1, true)) {
      assertThat(runner.runtime()).isEqualTo("TensorFlow Lite 2.21.0 (XNNPACK)");
    }
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    Path file = Files.write(folder.resolve("broken.tflite"), new byte[100]);
    assertThatThrownBy(() -> TfliteRunner.open(file, 1, true))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> {
              assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.RUNTIME_FAILED);
              assertThat(e.problems().get(0).at()).isEqualTo("broken.tflite");
            });
  }

  @Test
  void refusesATruncatedModel() throws IOException {
    byte[] whole = image().conv(2).build().file();
    Path file = Files.write(folder.resolve("half.tflite"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> TfliteRunner.open(file, 1, true)).isInstanceOf(FacekitException.class);
  }

  @Test
  void reportsAFixedBatchAndStaysUsable() throws IOException {
    TfliteBuilder b = new TfliteBuilder();
    int x = b.tensor("x", DType.FLOAT32, Shape.batched(1, 1, 4), null);
    int shape = b.constant("shape", TensorData.of(new int[] {1, 4}, 2), null);
    int y = b.tensor("y", DType.FLOAT32, Shape.of(1, 4), null);
    b.operator(BuiltinOperator.RESHAPE, 1, List.of(x, shape), List.of(y), null);
    b.inputs(List.of(x));
    b.outputs(List.of(y));
    Path file = Files.write(folder.resolve("fixed.tflite"), b.build());
    float[] one = {1, 2, 3, 4};
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = TfliteRunner.open(file, 1, xnnpack)) {
        assertThatThrownBy(() -> runner.run(new float[8], 2))
            .isInstanceOfSatisfying(
                FacekitException.class,
                e -> assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.RUNTIME_FAILED));
        assertThat(runner.run(one, 1)).isEqualTo(one);
      }
    }
  }

  @Test
  void aClosedRunnerDoesNotRun() throws IOException {
    Path file = Files.write(folder.resolve("m.tflite"), image().conv(2).build().file());
    TfliteRunner runner = TfliteRunner.open(file, 1, true);
    runner.close();
    runner.close();
    assertThatThrownBy(() -> runner.run(new float[90], 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void saysWhenTheFileIsMissing() {
    assertThatThrownBy(() -> TfliteRunner.open(folder.resolve("absent.tflite"), 1, true))
        .isInstanceOfSatisfying(
            FacekitException.class,
            e -> assertThat(e.problems().get(0).id()).isEqualTo(ErrorId.INPUT_FAILED));
  }

  @Test
  void refusesAnInputOfAnotherSize() throws IOException {
    Path file = Files.write(folder.resolve("m.tflite"), image().conv(2).build().file());
    try (TfliteRunner runner = TfliteRunner.open(file, 1, true)) {
      for (int batch : List.of(0, 2)) {
        assertThatThrownBy(() -> runner.run(new float[90], batch))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
