import io.facekit.runtime.run.Latency;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.TfliteRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints the latency of ONNX and TFLite files as a table of ratios. All of them run interleaved, in
 * one process, with one thread and one image. Called by {@code bench.sh}.
 *
 * <p>Arguments: {@code ROUNDS}, then {@code NAME=FILE} for each artifact.
 */
public final class Latencies {
  private static final int WARM_UP = 20;

  private Latencies() {}

  public static void main(String[] args) {
    List<Latency.Subject> subjects = new ArrayList<>();
    for (String arg : List.of(args).subList(1, args.length)) {
      int equals = arg.indexOf('=');
      subjects.add(
          new Latency.Subject(arg.substring(0, equals), open(Path.of(arg.substring(equals + 1)))));
    }
    List<Latency.Timing> timings =
        Latency.measure(subjects, 1, WARM_UP, Integer.parseInt(args[0]));
    System.out.printf(
        Locale.ROOT, "%-38s %-32s %9s %9s %10s%n", "artifact", "runtime", "ms", "ratio", "p10..p90");
    for (int i = 0; i < timings.size(); i++) {
      Latency.Timing t = timings.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-38s %-32s %9.3f %9.3f %10s%n",
          t.name(),
          subjects.get(i).runner().runtime(),
          t.median().toNanos() / 1e6,
          t.ratioToFirst(),
          String.format(
              Locale.ROOT, "%.1f..%.1f", t.p10().toNanos() / 1e6, t.p90().toNanos() / 1e6));
    }
    subjects.forEach(s -> s.runner().close());
  }

  private static Runner open(Path file) {
    return file.toString().endsWith(".tflite")
        ? TfliteRunner.open(file, 1, true)
        : OnnxRunner.open(file);
  }
}
