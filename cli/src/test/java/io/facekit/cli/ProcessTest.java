package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a real process shows: signals, devices, encodings. */
@Timeout(120)
class ProcessTest {
  @TempDir private Path folder = Path.of("");

  private ProcessBuilder facekit(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(StubMain.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("LC_ALL", "C");
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    return builder;
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
  }

  @Test
  void exitCodeAndStreamsArriveOutside() throws Exception {
    assertThat(facekit("inspect", "two-problems.pt").start().waitFor()).isEqualTo(5);
    assertThat(read("out")).isEmpty();
    assertThat(read("err")).startsWith("error FK-PKL-002: ").endsWith("2 problems\n");
  }

  @Test
  void aSignalEndsWithOneLine() throws Exception {
    ProcessBuilder builder = facekit("inspect", "slow.pt");
    builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
    builder.redirectError(ProcessBuilder.Redirect.PIPE);
    Process process = builder.start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      assertThat(err.readLine()).isEqualTo("waiting");
      process.toHandle().destroy();
      assertThat(err.readLine())
          .isEqualTo("facekit: interrupted; nothing half-written is published");
      assertThat(err.readLine()).isNull();
    }
    assertThat(process.waitFor()).isEqualTo(143);
  }

  @Test
  void aFullDeviceExitsWith7() throws Exception {
    assumeThat(Path.of("/dev/full")).exists();
    ProcessBuilder builder =
        facekit("inspect", "m.pt").redirectOutput(Path.of("/dev/full").toFile());
    assertThat(builder.start().waitFor()).isEqualTo(7);
    assertThat(read("err")).contains("error FK-IO-004: stdout cannot be written");
  }

  @Test
  void textIsUtf8InEveryLocale() throws Exception {
    assertThat(facekit("inspect", "umlaut.pt").start().waitFor()).isEqualTo(4);
    assertThat(read("err")).contains("\u00fc \u00d72");
  }
}
