package io.facekit.quantize.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor, for figures that depend on it. */
final class Cpu {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  private Cpu() {}

  static String architecture() {
    return System.getProperty("os.arch");
  }

  /** The processor's name, or its architecture where the system does not tell. */
  static String name() {
    try (var lines = Files.lines(INFO)) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(Cpu::architecture);
    } catch (IOException e) {
      return architecture();
    }
  }
}
