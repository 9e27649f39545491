package io.facekit.runtime.nets;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxImporter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.convert.TfliteEmitter;
import io.facekit.core.convert.TorchImporter;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphPrinter;
import io.facekit.core.ir.Node;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.ReduceMean;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.core.tflite.TfliteVerifier;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptWriter;
import io.facekit.runtime.run.Foretold;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import io.facekit.runtime.run.TorchSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A net through every target, against what libtorch makes of it. */
final class NetLanes {
  private static final List<Integer> BATCHES = List.of(1, 3);

  /** Of the largest number. */
  private static final double TOLERANCE = 1e-4;

  private final Path folder;
  private final TorchSession torch;
  private int nets;
  private int tflite;
  private double worst;
  private final Map<String, Integer> refused = new TreeMap<>();

  NetLanes(Path folder, TorchSession torch) {
    this.folder = folder;
    this.torch = torch;
  }

  /** Number of nets that TFLite ran. */
  int tflite() {
    return tflite;
  }

  String summary() {
    return String.format(
        Locale.ROOT,
        "%d nets, %d of them in TFLite, worst difference %.1e; refused: %s",
        nets,
        tflite,
        worst,
        refused);
  }

  /** What differs, lane by lane. */
  List<String> failures(Net net) {
    nets++;
    TorchProgram program = net.program();
    List<float[]> expected = new ArrayList<>();
    try {
      torch.load(TorchScriptWriter.write(program));
      for (int batch : BATCHES) {
        expected.add(torch.run(input(net, batch), shape(net, batch)).values());
      }
    } catch (IOException e) {
      return List.of("libtorch: " + e.getMessage());
    }
    List<String> failures = new ArrayList<>();
    for (Target target : Target.values()) {
      try {
        lane(net, target, expected, failures);
      } catch (FacekitException e) {
        if (e.problems().stream().allMatch(p -> mayBeRefused(p, target))) {
          refused.merge(words(e.problems().get(0), target), 1, Integer::sum);
        } else {
          failures.add(target.id() + ": " + e.getMessage());
        }
      } catch (IOException | RuntimeException e) {
        failures.add(target.id() + ": " + e);
      }
    }
    return failures;
  }

  private static boolean mayBeRefused(Problem problem, Target target) {
    return problem.id() == ErrorId.TS_ALIAS
        || (problem.id() == ErrorId.GRAPH_TARGET && target == Target.TFLITE_XNNPACK);
  }

  private static String words(Problem problem, Target target) {
    return problem.id() == ErrorId.TS_ALIAS
        ? target.id() + ": in place into a view"
        : problem.what().replaceAll("\\[.*]", "");
  }

  private void lane(Net net, Target target, List<float[]> expected, List<String> failures)
      throws IOException {
    Graph graph = TorchImporter.load(net.program(), Optional.empty()).graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    Pipelines.run(Pipelines.forTarget(target), graph);
    if (target == Target.ONNX && graph.nodes().stream().noneMatch(NetLanes::isSpelledLikeAnother)) {
      reimport(graph, failures);
    }
    try (Runner runner = open(graph, target)) {
      tflite += target == Target.TFLITE_XNNPACK ? 1 : 0;
      for (int i = 0; i < BATCHES.size(); i++) {
        int batch = BATCHES.get(i);
        float[] actual = runner.run(input(net, batch), batch);
        double difference = difference(actual, expected.get(i));
        if (difference <= TOLERANCE) {
          worst = Math.max(worst, difference);
        } else {
          failures.add(target.id() + ", batch " + batch + ": difference " + difference);
        }
      }
    }
  }

  private static byte[] onnx(Graph graph) {
    return OnnxEmitter.emit(graph, Quantization.NONE, OnnxOptions.of("1"));
  }

  /** The mean of a map, when it is read, is an average pool. */
  private static boolean isSpelledLikeAnother(Node n) {
    return n.op().equals(new ReduceMean(List.of(2, 3)));
  }

  /** The ONNX file is read as the graph that it was written from. */
  private static void reimport(Graph graph, List<String> failures) {
    byte[] bytes = onnx(graph);
    Graph again =
        OnnxImporter.load(OnnxReader.read("net.onnx", ByteBuffer.wrap(bytes)), Optional.empty())
            .graph();
    Pipelines.run(Pipelines.CANONICAL, again);
    if (!Arrays.equals(onnx(again), bytes)) {
      failures.add(
          "read again, "
              + GraphPrinter.print(graph)
              + "is another graph:\n"
              + GraphPrinter.print(again));
    }
  }

  private Runner open(Graph graph, Target target) throws IOException {
    if (target == Target.TFLITE_XNNPACK) {
      byte[] bytes = TfliteEmitter.emit(graph, Quantization.NONE, Map.of());
      if (!TfliteVerifier.verify(ByteBuffer.wrap(bytes)).isEmpty()) {
        throw new IllegalStateException("the verifier refuses the file");
      }
      return Foretold.checked(
          TfliteRunner.open(Files.write(folder.resolve("net.tflite"), bytes), 1, true), bytes);
    }
    return OnnxRunner.open(onnx(graph), OnnxRunner.Options.DEFAULT);
  }

  /** Of the largest number; infinite if the sizes differ or something is no number. */
  private static double difference(float[] actual, float[] expected) {
    double largest = 1e-6;
    double difference = actual.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double d = Math.abs((double) actual[i] - expected[i]);
      difference = d <= difference ? difference : Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
    }
    return difference / largest;
  }

  static long[] shape(Net net, int batch) {
    List<Long> traced = net.program().inputs().get(0).tracedShape().orElseThrow();
    long[] shape = traced.stream().mapToLong(Long::longValue).toArray();
    shape[0] = batch;
    return shape;
  }

  /** Images in [-2, 2); a smaller batch is the beginning of a larger one. */
  static float[] input(Net net, int batch) {
    int size = (int) Arrays.stream(shape(net, batch)).reduce(1, (a, b) -> a * b);
    Random random = new Random(1000);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = 4 * random.nextFloat() - 2;
    }
    return values;
  }
}
