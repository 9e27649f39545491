package io.facekit.runtime.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.convert.TfliteForm;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.GraphVerifier;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.TensorIo;
import io.facekit.core.tensor.DType;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.runtime.run.Foretold;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.onnx.global.onnx;

/** From a graph to its artifacts, each accepted by its format's checker, and their outputs. */
final class Lane {
  static final List<Integer> BATCHES = List.of(1, 2, 5);

  private Lane() {}

  static Graph parse(String text) {
    Graph graph = GraphParser.parse(text, Ops::fromText);
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    return graph;
  }

  /** Images in [-1, 1), or of pixels; a smaller batch is the beginning of a larger one. */
  static Array input(Graph graph, int batch) {
    Array x = Array.random(graph.inputs().get(0).type().shape(), batch, 1000);
    if (graph.inputs().get(0).type().dtype() == DType.UINT8) {
      Arrays.setAll(x.values, i -> Math.floor((x.values[i] + 1) * 128));
    }
    return x;
  }

  static OnnxRunner onnx(Path folder, Graph graph, Quantization quantization, int opset) {
    OnnxOptions options = new OnnxOptions(opset, "1", Map.of(), List.of());
    byte[] bytes = OnnxEmitter.emit(graph, quantization, options);
    Path file = write(folder.resolve("m.onnx"), bytes);
    onnx.check_model(file.toString(), true, false, false);
    return OnnxRunner.open(file);
  }

  static TfliteRunner tflite(Path folder, Graph graph, Quantization quantization, boolean xnnpack) {
    return tflite(folder, graph, quantization, TensorIo.FLOAT32, xnnpack);
  }

  static TfliteRunner tflite(
      Path folder, Graph graph, Quantization quantization, TensorIo io, boolean xnnpack) {
    byte[] bytes = TfliteEmitter.emit(graph, quantization, Map.of(), new TfliteForm(null, io, 0));
    assertThat(TfliteVerifier.verify(ByteBuffer.wrap(bytes))).isEmpty();
    TfliteRunner runner = TfliteRunner.open(write(folder.resolve("m.tflite"), bytes), 1, xnnpack);
    return xnnpack ? Foretold.checked(runner, bytes) : runner;
  }

  private static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a batch. */
  static Array run(Runner runner, Graph graph, Array input) {
    int batch = input.size(0);
    float[] raw = runner.run(input.toFloats(), batch);
    int[] shape = Array.sizes(graph.outputs().get(0).type().shape(), batch);
    Array out = Array.zeros(shape);
    assertThat(raw).hasSize(out.values.length);
    for (int i = 0; i < raw.length; i++) {
      out.values[i] = raw[i];
    }
    return out;
  }

  /** The largest difference. */
  static double distance(Array a, Array b) {
    assertThat(a.shape).isEqualTo(b.shape);
    double worst = 0;
    for (int i = 0; i < a.values.length; i++) {
      double d = Math.abs(a.values[i] - b.values[i]);
      worst = d <= worst ? worst : d;
    }
    return worst;
  }

  /** Close in relation to the largest number. */
  static void assertClose(Array actual, Array expected, double relative, String lane) {
    assertThat(expected.magnitude()).as("the case says something").isPositive();
    assertThat(distance(actual, expected))
        .as(lane)
        .isLessThanOrEqualTo(relative * expected.magnitude());
  }
}
