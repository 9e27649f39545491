import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Exports every model file of a folder and prints a table of what became of it. Beside each {@code
 * NAME.io.json} lie the file that it names, and inputs and outputs that the file's own framework
 * computed. Called by {@code model-files.sh}; exits with 1 if a file does something else than its
 * description expects.
 *
 * <p>Arguments: the launcher, the folder of models, a folder for artifacts.
 */
public final class ModelFiles {
  private static final double TOLERANCE = 1e-4;
  private static final double MIN_COSINE = 0.9999;

  private final Path facekit;
  private final Path models;
  private final Path work;
  private int surprises;

  private ModelFiles(Path facekit, Path models, Path work) {
    this.facekit = facekit;
    this.models = models;
    this.work = work;
  }

  /** What a run of facekit said. */
  private record Run(int exit, String err) {}

  public static void main(String[] args) throws Exception {
    ModelFiles table = new ModelFiles(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
    table.print();
    if (table.surprises > 0) {
      System.err.println(table.surprises + " files do not do what is expected of them");
      System.exit(1);
    }
  }

  private void print() throws Exception {
    List<Path> descriptions;
    try (Stream<Path> files = Files.list(models)) {
      descriptions = files.filter(f -> f.toString().endsWith(".io.json")).sorted().toList();
    }
    System.out.println("| File | Kind | `export` | ONNX | TFLite |");
    System.out.println("|---|---|---|---|---|");
    for (Path description : descriptions) {
      JsonNode io = new ObjectMapper().readTree(description.toFile());
      row(io, models.resolve(io.get("model").asText()));
    }
  }

  private void row(JsonNode io, Path model) throws Exception {
    Path onnx = work.resolve("model.onnx");
    Path tflite = work.resolve("model.tflite");
    Run first = export(model, onnx);
    List<String> cells =
        new ArrayList<>(List.of("`" + model.getFileName() + "`", io.get("kind").asText()));
    String expect = io.get("expect").asText();
    if (first.exit() == 0) {
      Run second = export(model, tflite);
      cells.add("converted");
      cells.add(agreement(io, onnx));
      cells.add(second.exit() == 0 ? agreement(io, tflite) : problem(second));
      if (second.exit() != 0) {
        surprise(model, "TFLite: " + second.err());
      }
    } else {
      cells.add("exit " + first.exit());
      cells.add(problem(first));
      cells.add("");
    }
    if (expect.equals("convert") && first.exit() != 0) {
      surprise(model, first.err());
    } else if (expect.startsWith("refuse") && first.exit() == 0) {
      surprise(model, "it was converted");
    }
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  private void surprise(Path model, String what) {
    surprises++;
    System.err.println(model.getFileName() + ": " + what.strip());
  }

  private Run export(Path model, Path artifact) throws IOException, InterruptedException {
    Path err = work.resolve("stderr");
    Process process =
        new ProcessBuilder(
                facekit.toString(), "export", model.toString(), "-o", artifact.toString(), "--force")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start();
    return new Run(process.waitFor(), Files.readString(err, StandardCharsets.UTF_8));
  }

  /** The first problem: its code and what it says. */
  private static String problem(Run run) {
    return run.err()
        .lines()
        .filter(l -> l.startsWith("error "))
        .findFirst()
        .orElse("no error")
        .substring("error ".length())
        .replace("|", "\\|");
  }

  private String agreement(JsonNode io, Path artifact) throws IOException {
    if (io.path("outputs").isEmpty()) {
      return "";
    }
    float[] expected = floats(models.resolve(io.at("/outputs/0/file").asText()));
    float[] input = floats(models.resolve(io.at("/inputs/0/file").asText()));
    int images = io.at("/inputs/0/shape/0").asInt();
    boolean half = !io.path("cosineToFloat32").isMissingNode();
    float[] actual;
    try (Runner runner = open(artifact)) {
      actual = runner.run(input, images);
    }
    String name = io.get("model").asText() + ", " + artifact.getFileName();
    if (half) {
      double cosine = smallestCosine(expected, actual, images);
      if (!(cosine >= MIN_COSINE)) {
        surprise(Path.of(name), "cosine " + cosine);
      }
      return String.format(Locale.ROOT, "cosine %.6f", cosine);
    }
    double difference = difference(expected, actual);
    if (!(difference <= TOLERANCE)) {
      surprise(Path.of(name), "difference " + difference);
    }
    return String.format(Locale.ROOT, "%.1e", difference);
  }

  private static Runner open(Path artifact) {
    return artifact.toString().endsWith(".onnx")
        ? OnnxRunner.open(artifact)
        : TfliteRunner.open(artifact, 1, true);
  }

  private static float[] floats(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.toString().endsWith(".u8")) {
      float[] out = new float[bytes.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = bytes[i] & 0xff;
      }
      return out;
    }
    float[] out = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out);
    return out;
  }

  /** The largest absolute difference as a share of the expected values' range. */
  private static double difference(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
      min = Math.min(min, expected[i]);
      max = Math.max(max, expected[i]);
    }
    return largest / (max - min);
  }

  private static double smallestCosine(float[] expected, float[] actual, int rows) {
    if (expected.length != actual.length) {
      return Double.NaN;
    }
    int width = expected.length / rows;
    double smallest = 1;
    for (int r = 0; r < rows; r++) {
      float[] a = Arrays.copyOfRange(expected, r * width, (r + 1) * width);
      float[] b = Arrays.copyOfRange(actual, r * width, (r + 1) * width);
      smallest = Math.min(smallest, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
    }
    return smallest;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
