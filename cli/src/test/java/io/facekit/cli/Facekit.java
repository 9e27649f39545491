package io.facekit.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own. */
final class Facekit {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What a process left. */
  record Run(int exit, String out, String err) {}

  private Facekit() {}

  static Run run(Object... arguments) throws IOException, InterruptedException {
    return run(List.of(), arguments);
  }

  static Run run(List<String> jvm, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Xlog:disable"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (Object a : arguments) {
      command.add(a.toString());
    }
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

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    in.transferTo(bytes);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The folder with models and faces that are not part of the project. */
  static Path shared() {
    String property = System.getProperty("facekit.shared", System.getenv("FACEKIT_SHARED"));
    return property == null ? ROOT.resolve("../shared").normalize() : Path.of(property);
  }
}
