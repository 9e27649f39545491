package io.facekit.cli;

import io.facekit.quantize.job.FacekitJobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line, in this process or in one of its own. */
final class Facekit {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Path SAMPLE = ROOT.resolve("models/mobilefacenet.pt");
  static final Path FACES = ROOT.resolve("calibration-data");

  /** What a run left. */
  record Run(int exit, String out, String err) {}

  private Facekit() {}

  /** Runs a verb with captured streams: fast, as the natives are loaded once. */
  static Run inProcess(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            true,
            true);
    String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exit = Main.run(texts, new FacekitJobs(), console);
    return new Run(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The first identities of the sample, as a folder of its own. */
  static Path faces(Path folder, int identities) throws IOException {
    for (int i = 0; i < identities; i++) {
      String identity = String.format(Locale.ROOT, "id%03d", i);
      Path to = Files.createDirectories(folder.resolve(identity));
      try (Stream<Path> images = Files.list(FACES.resolve(identity))) {
        for (Path image : images.toList()) {
          Files.copy(image, to.resolve(String.valueOf(image.getFileName())));
        }
      }
    }
    return folder;
  }

  static Run run(Object... arguments) throws IOException, InterruptedException {
    return run(List.of(), arguments);
  }

  static Run run(List<String> jvm, Object... arguments) throws IOException, InterruptedException {
    List<String> command = command(jvm, arguments);
    Path err = Files.createTempFile("facekit-test", ".err");
    Process p = new ProcessBuilder(command).redirectError(err.toFile()).start();
    p.getOutputStream().close();
    String out = read(p.getInputStream());
    if (!p.waitFor(5, TimeUnit.MINUTES)) {
      p.destroyForcibly();
      throw new IllegalStateException("too slow: " + command);
    }
    String errText = Files.readString(err);
    Files.delete(err);
    return new Run(p.exitValue(), out, errText);
  }

  /** The command line of a process that runs a verb. */
  static List<String> command(List<String> jvm, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Xlog:disable"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (Object a : arguments) {
      command.add(a.toString());
    }
    return command;
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    in.transferTo(bytes);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The first place, at a multiple of four, where numbers follow each other. */
  static int indexOf(ByteBuffer file, int... numbers) {
    for (int at = 0; at <= file.limit() - 4 * numbers.length; at += 4) {
      int i = 0;
      while (i < numbers.length && file.getInt(at + 4 * i) == numbers[i]) {
        i++;
      }
      if (i == numbers.length) {
        return at;
      }
    }
    throw new AssertionError("not in the file: " + Arrays.toString(numbers));
  }

  /** The folder with models and faces that are not part of the project. */
  static Path shared() {
    String property = System.getProperty("facekit.shared", System.getenv("FACEKIT_SHARED"));
    return property == null ? ROOT.resolve("../shared").normalize() : Path.of(property);
  }
}
