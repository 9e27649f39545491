package io.facekit.runtime.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.convert.TorchImporter;
import io.facekit.core.ir.Graph;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.tflite.TflitePrinter;
import io.facekit.core.torch.TorchScriptReader;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Blocks of well-known networks as PyTorch traces them, against what PyTorch computes. {@code
 * scripts/trace-blocks.py} wrote the files.
 */
class BlocksTest {
  private static final Path BLOCKS = Path.of("src/test/resources/blocks");
  private static final double TOLERANCE = 1e-5;
  private static final int IMAGES = 2;

  @TempDir Path folder;

  /** The second number is how many TRANSPOSE the TFLite artifact may have. */
  @ParameterizedTest
  @CsvSource({
    "activations, 0",
    "attention, 11",
    "attention-fused, 13",
    "cbam, 0",
    "convnext, 4",
    "eca, 0",
    "ghost, 0",
    "ghost-v2, 0",
    "heads, 0",
    "mix, 0",
    "mobile-v3, 0",
    "norms, 2",
    "pixel-shuffle, 2",
    "pools, 0",
    "se, 0",
    "se-linear, 0",
    "shuffle, 0"
  })
  void equalsPyTorch(String name, int transposes) throws IOException {
    Graph graph =
        TorchImporter.load(TorchScriptReader.read(BLOCKS.resolve(name + ".pt")), Optional.empty())
            .graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    float[] images = floats("input");
    float[] expected = floats(name);
    for (int opset : new int[] {13, 17, 21}) {
      try (OnnxRunner runner = Lane.onnx(folder, graph, Quantization.NONE, opset)) {
        check(runner, images, expected);
      }
    }
    for (boolean xnnpack : new boolean[] {false, true}) {
      try (TfliteRunner runner = Lane.tflite(folder, graph, Quantization.NONE, xnnpack)) {
        check(runner, images, expected);
      }
    }
    byte[] tflite = TfliteEmitter.emit(graph, Quantization.NONE, Map.of());
    assertThat(TflitePrinter.print(ByteBuffer.wrap(tflite)).split("TRANSPOSE\\(", -1))
        .hasSize(transposes + 1);
  }

  private static void check(Runner runner, float[] images, float[] expected) {
    for (int batch = 1; batch <= IMAGES; batch++) {
      float[] actual = runner.outputs(Arrays.copyOf(images, images.length / IMAGES * batch), batch);
      float[] rows = Arrays.copyOf(expected, expected.length / IMAGES * batch);
      Lane.assertClose(array(actual), array(rows), TOLERANCE, runner.runtime());
    }
  }

  private static Array array(float[] values) {
    Array out = Array.zeros(values.length);
    Arrays.setAll(out.values, i -> values[i]);
    return out;
  }

  private static float[] floats(String name) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(BLOCKS.resolve(name + ".f32")))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
