package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, in a copy of the tree where a script stands for Maven and one for Java. */
@Timeout(120)
class LauncherTest {
  private static final List<String> MODULES = List.of("core", "runtime", "quantize", "cli");
  private static final String FAKE_MAVEN =
      """
      #!/bin/sh
      echo "$PWD $*" >>builds
      [ ! -f broken ] || { echo 'no such symbol'; exit 1; }
      sleep 0.2
      for m in core runtime quantize cli; do
        mkdir -p $m/target
        echo jar >$m/target/facekit-$m-0.1.0.jar
      done
      echo library >"$PWD/library.jar"
      echo "$PWD/core/target/facekit-core-0.1.0.jar:/dev/../$PWD/library.jar" >cli/target/classpath
      """;
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      case $* in *DumpLoadedClassList*|*-Xshare:dump*) exit 0 ;; esac
      for a in "$@"; do echo "[$a]"; done
      echo "in $PWD"
      exit 10
      """;

  @TempDir private Path folder = Path.of("");

  private record Run(int exit, String out, String err) {}

  private Path home() {
    return folder.resolve("a tree");
  }

  @BeforeEach
  void plantTree() throws IOException {
    for (String module : MODULES) {
      Files.createDirectories(home().resolve(module).resolve("src/main/java"));
      Files.writeString(home().resolve(module).resolve("pom.xml"), "<project/>");
      Files.writeString(home().resolve(module).resolve("src/main/java/A.java"), "class A {}");
    }
    Files.writeString(home().resolve("pom.xml"), "<project/>");
    Files.copy(
        Path.of("..", "facekit"), home().resolve("facekit"), StandardCopyOption.COPY_ATTRIBUTES);
    script(home().resolve("mvnw"), FAKE_MAVEN);
    jdk("17.0.9");
  }

  private void jdk(String version) throws IOException {
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(jdk.resolve("bin/java"), FAKE_JAVA);
    script(jdk.resolve("bin/javac"), FAKE_JAVA);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(int number, Path launcher, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> env = builder.environment();
    env.put("JAVA_HOME", folder.resolve("jdk").toString());
    env.remove("FACEKIT_OPTS");
    builder.directory(folder.toFile());
    builder.redirectOutput(folder.resolve("out" + number).toFile());
    builder.redirectError(folder.resolve("err" + number).toFile());
    return builder.start();
  }

  private Run result(int number, Process process) throws IOException, InterruptedException {
    int exit = process.waitFor();
    return new Run(
        exit,
        Files.readString(folder.resolve("out" + number), StandardCharsets.UTF_8),
        Files.readString(folder.resolve("err" + number), StandardCharsets.UTF_8));
  }

  private Run run(String... args) throws IOException, InterruptedException {
    return result(0, start(0, home().resolve("facekit"), args));
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(home().resolve("builds"));
  }

  @Test
  void buildsOnceAndPassesEverythingThrough() throws Exception {
    Run first = run("export", "a b", "", "*");
    assertThat(first.err()).isEqualTo("facekit: building (first use, about a minute)...\n");
    assertThat(first.exit()).isEqualTo(10);
    assertThat(first.out())
        .endsWith("[io.facekit.cli.Main]\n[export]\n[a b]\n[]\n[*]\nin " + folder + "\n");
    assertThat(first.out()).contains("/run/jars/facekit-cli-0.1.0.jar:").contains("library.jar");
    assertThat(first.out()).doesNotContain("core/target/facekit-core");
    Run second = run("inspect", "x");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).hasSize(1);
  }

  @Test
  void buildsAgainWhenASourceChangesAppearsOrGoes() throws Exception {
    run();
    Path source = home().resolve("core/src/main/java/A.java");
    Files.writeString(source, "class A { }");
    assertThat(run().err()).isEqualTo("facekit: building (sources changed)...\n");
    Files.delete(source);
    assertThat(run().err()).isEqualTo("facekit: building (sources changed)...\n");
    Files.writeString(home().resolve("cli/pom.xml"), "<project />");
    run();
    assertThat(run().err()).isEmpty();
    assertThat(builds()).hasSize(4);
  }

  @Test
  void buildsAgainWhenALibraryIsGone() throws Exception {
    run();
    Files.delete(home().resolve("library.jar"));
    run();
    assertThat(builds()).hasSize(2);
  }

  @Test
  void followsLinksToItself() throws Exception {
    Path inner = Files.createSymbolicLink(folder.resolve("inner"), Path.of("a tree/facekit"));
    Path outer = Files.createSymbolicLink(folder.resolve("outer"), inner);
    assertThat(result(1, start(1, outer)).exit()).isEqualTo(10);
    assertThat(builds()).hasSize(1);
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Process one = start(1, home().resolve("facekit"));
    Process two = start(2, home().resolve("facekit"));
    assertThat(result(1, one).exit()).isEqualTo(10);
    assertThat(result(2, two).exit()).isEqualTo(10);
    assertThat(builds()).hasSize(1);
  }

  @Test
  void aBrokenBuildShowsItsLogAndIsTriedAgain() throws Exception {
    Files.createFile(home().resolve("broken"));
    Run failed = run("inspect", "x");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("no such symbol\n").contains("the build failed");
    Files.delete(home().resolve("broken"));
    assertThat(run().exit()).isEqualTo(10);
  }

  @Test
  void oldJavaIsRefusedInWords() throws Exception {
    jdk("11.0.2");
    Run run = run("--version");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("Java 17 or newer is needed").contains("is version 11.0.2");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void newJavaMayLoadNatives() throws Exception {
    jdk("25");
    assertThat(run().out()).contains("[--enable-native-access=ALL-UNNAMED]");
    jdk("17.0.15");
    assertThat(run().out()).doesNotContain("native-access");
  }
}
