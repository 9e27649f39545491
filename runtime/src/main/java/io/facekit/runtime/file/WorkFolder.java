package io.facekit.runtime.file;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A temporary folder of files, gone with them when it is closed or the process ends. */
public final class WorkFolder implements AutoCloseable {
  private final Path path;

  private WorkFolder(Path path) {
    this.path = path;
  }

  /**
   * @throws FacekitException OUTPUT_FAILED if the system's folder of temporary files is no use
   */
  public static WorkFolder create() {
    String system = System.getProperty("java.io.tmpdir");
    try {
      return inside(Path.of(system));
    } catch (IOException e) {
      throw Problem.of(ErrorId.OUTPUT_FAILED, "the folder of temporary files cannot be used")
          .at(system)
          .asException(e);
    }
  }

  /** As {@link #create}, in a folder from which files can be moved to their places. */
  public static WorkFolder inside(Path parent) throws IOException {
    return Leftovers.whole(
        () -> {
          Path path = Files.createTempDirectory(parent, "facekit");
          Leftovers.add(path, () -> remove(path));
          return new WorkFolder(path);
        });
  }

  public Path path() {
    return path;
  }

  /** Leaves to the end of the process what cannot be removed now. */
  @Override
  public void close() {
    try {
      remove(path);
      Leftovers.forget(path);
    } catch (IOException e) {
      // Another process may hold a file open; the end of this one tries again.
    }
  }

  private static boolean remove(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    return Files.deleteIfExists(folder);
  }
}
