package io.facekit.runtime.lanes;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link TfliteTrial} on files, in a new process after each one that ends it. */
final class TrialProcess {
  private static final long SECONDS_WITHOUT_WORD = 60;

  private final Path folder;

  TrialProcess(Path folder) {
    this.folder = folder;
  }

  /** For each file {@code ok}, the stage that failed, or how the process ended. */
  List<String> outcomes(List<byte[]> files) throws IOException, InterruptedException {
    Path batch = folder.resolve("trial.bin");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(batch))) {
      out.writeInt(files.size());
      for (byte[] file : files) {
        out.writeInt(file.length);
        out.write(file);
      }
    }
    List<String> outcomes = new ArrayList<>();
    while (outcomes.size() < files.size()) {
      int before = outcomes.size();
      int exit = run(batch, outcomes);
      if (outcomes.size() == before && outcomes.size() < files.size() && exit == 1) {
        throw new IOException("the child process does not start");
      }
      if (outcomes.size() < files.size()) {
        outcomes.add("died with " + exit);
      }
    }
    return outcomes;
  }

  private int run(Path batch, List<String> outcomes) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+SuppressFatalErrorMessage",
                "-cp",
                System.getProperty("java.class.path"),
                TfliteTrial.class.getName(),
                batch.toString(),
                Integer.toString(outcomes.size()))
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("stderr").toFile()))
            .start();
    try {
      Thread reader = new Thread(() -> read(process, outcomes));
      reader.start();
      int seen = -1;
      while (reader.isAlive()) {
        reader.join(TimeUnit.SECONDS.toMillis(SECONDS_WITHOUT_WORD));
        if (reader.isAlive() && outcomes.size() == seen) {
          process.destroyForcibly();
        }
        seen = outcomes.size();
      }
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void read(Process process, List<String> outcomes) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String start = outcomes.size() + " ";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(start)) {
          outcomes.add(line.substring(start.length()));
          start = outcomes.size() + " ";
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
