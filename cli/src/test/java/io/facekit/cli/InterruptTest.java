package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end leaves neither artifacts nor temporary files. */
@EnabledOnOs(OS.LINUX)
class InterruptTest {
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  @TempDir Path folder;

  private Path temporary;
  private Path out;

  @BeforeEach
  void folders() throws IOException {
    temporary = Files.createDirectory(folder.resolve("temporary"));
    out = Files.createDirectory(folder.resolve("out"));
  }

  @Test
  void whileAnArtifactIsVerified() throws Exception {
    Process process = start("export", Facekit.SAMPLE, "-o", out.resolve("x.onnx"));
    end(process, "TERM", out, ".x.facekit-");
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void whileAnArtifactIsToReplaceAnother() throws Exception {
    Path old = Files.writeString(out.resolve("x.onnx"), "old");
    Process process = start("export", Facekit.SAMPLE, "-o", old, "--force");
    end(process, "TERM", out, ".x.facekit-");
    assertThat(old).hasContent("old");
    assertThat(names(out)).containsExactly("x.onnx");
  }

  @Test
  void whileModelsAreQuantized() throws Exception {
    assumeThat(isIgnored(SIGINT)).as("background jobs of a shell ignore Ctrl-C").isFalse();
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            model: %s
            preprocessing: faceplugin
            calibration: {images: %s, identities: {first: 8}}
            """
                .formatted(Facekit.SAMPLE, Facekit.FACES));
    Process process = start("quantize", "--config", recipe, "-o", out, "--no-torch-check");
    end(process, "INT", temporary, "facekit");
    assertThat(out).isEmptyDirectory();
  }

  private Process start(Object... arguments) throws IOException {
    List<String> jvm = List.of("-Djava.io.tmpdir=" + temporary);
    return new ProcessBuilder(Facekit.command(jvm, arguments))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  /** Ends the process as soon as a temporary file of that name appears. */
  private void end(Process process, String signal, Path where, String prefix) throws Exception {
    while (process.isAlive() && names(where).stream().noneMatch(n -> n.startsWith(prefix))) {
      Thread.sleep(5);
    }
    assertThat(process.isAlive()).as("ended before it was told to").isTrue();
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(signal.equals("INT") ? 128 + SIGINT : 128 + SIGTERM);
    assertThat(folder.resolve("err"))
        .content()
        .isEqualTo("facekit: interrupted; nothing half-written is published\n");
    assertThat(names(temporary).stream().filter(n -> n.startsWith("facekit"))).isEmpty();
  }

  /** Processes inherit that, and Java then leaves a signal ignored. */
  private static boolean isIgnored(int signal) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .anyMatch(mask -> (mask >>> (signal - 1) & 1) == 1);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> String.valueOf(f.getFileName())).toList();
    }
  }
}
