package io.facekit.runtime.run;

import io.facekit.runtime.file.CacheFolder;
import io.facekit.runtime.worker.Frame;
import io.facekit.runtime.worker.TorchWorker;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The child JVM that hosts libtorch: its command line, its pipes and its end. */
final class TorchProcess {
  private static final int KEPT_LINES = 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Process process;
  private final DataOutputStream toChild;
  private final DataInputStream fromChild;
  private final Thread drain;
  private final Deque<String> lastLines = new ArrayDeque<>();

  TorchProcess(TorchOptions options) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(options));
    environment(builder.environment());
    process = builder.start();
    toChild =
        new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER_BYTES));
    fromChild = new DataInputStream(process.getInputStream());
    drain = new Thread(this::drainErrors, "facekit-torch-stderr");
    drain.setDaemon(true);
    drain.start();
  }

  private static List<String> command(TorchOptions options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + options.heapMegabytes() + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xshare:auto");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:+SuppressFatalErrorMessage");
    command.add("-DOPT_OUT_TRACKING=true");
    command.add("-Dai.djl.offline=true");
    command.add("-Dai.djl.pytorch.num_threads=1");
    command.add("-Dai.djl.pytorch.num_interop_threads=1");
    command.add("-Dai.djl.pytorch.graph_optimizer=false");
    CacheFolder.find()
        .ifPresent(cache -> command.add("-DDJL_CACHE_DIR=" + cache.resolve("libtorch")));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(TorchWorker.class.getName());
    return command;
  }

  private static void environment(Map<String, String> environment) {
    environment.remove("CLASSPATH");
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("JDK_JAVA_OPTIONS");
    environment.put("OMP_NUM_THREADS", "1");
    // Without these, page faults of freed and re-allocated activations dominate large batches.
    environment.put("MALLOC_MMAP_THRESHOLD_", "1073741824");
    environment.put("MALLOC_TRIM_THRESHOLD_", "2147483648");
    environment.put("MALLOC_TOP_PAD_", "268435456");
  }

  /** Sends a request and waits for its answer. */
  Frame ask(Frame request) throws IOException {
    request.write(toChild);
    return Frame.read(fromChild);
  }

  private void drainErrors() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.contains("NNPACK") && !line.isBlank() && !line.startsWith("SLF4J")) {
          synchronized (lastLines) {
            lastLines.addLast(OneLine.of(line));
            if (lastLines.size() > KEPT_LINES) {
              lastLines.removeFirst();
            }
          }
        }
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }

  /** How a process that no longer answers has ended, with the last line that it wrote. */
  String describeEnd() {
    String end;
    try {
      drain.join(2000);
      end =
          process.waitFor(2, TimeUnit.SECONDS) ? inWords(process.exitValue()) : "stopped answering";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end = "was interrupted";
    }
    synchronized (lastLines) {
      return lastLines.isEmpty() ? end : end + "; last words: " + lastLines.getLast();
    }
  }

  boolean ranOutOfMemory() {
    return !process.isAlive() && (process.exitValue() == 3 || process.exitValue() == 137);
  }

  static String inWords(int exitValue) {
    return switch (exitValue) {
      case 0 -> "ended by itself";
      case 1 -> "failed to start or threw an exception (exit 1)";
      case 3 -> "ran out of Java memory (exit 3)";
      case 130 -> "was interrupted (SIGINT)";
      case 132 -> "met an illegal instruction (SIGILL): this CPU is not supported";
      case 134 -> "aborted (SIGABRT)";
      case 135 -> "crashed (SIGBUS)";
      case 136 -> "crashed (SIGFPE)";
      case 137 -> "was killed (SIGKILL), most often for lack of memory";
      case 139 -> "crashed (SIGSEGV)";
      case 143 -> "was terminated (SIGTERM)";
      default -> "ended with exit code " + exitValue;
    };
  }

  /** Ends the process: politely by closing its input, then by force. */
  void close() {
    try {
      toChild.close();
    } catch (IOException e) {
      // It has ended before.
    }
    try {
      if (process.waitFor(2, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  void kill() {
    process.destroyForcibly();
  }
}
