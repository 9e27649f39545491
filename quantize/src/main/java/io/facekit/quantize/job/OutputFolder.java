package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.runtime.file.AtomicOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** A folder that is made for a job's files, unless it exists. */
final class OutputFolder {
  private OutputFolder() {}

  /**
   * Says before any work is done whether the files could be written.
   *
   * @param names of the files in the folder
   * @throws FacekitException OUTPUT_FAILED, OUTPUT_EXISTS or OUTPUT_IS_INPUT
   */
  static void check(Path folder, List<String> names, boolean force, List<Path> inputs) {
    Path existing = folder.toAbsolutePath().normalize();
    while (existing.getParent() != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw cannotBeMade(folder).found(existing + " is no folder").asException();
    }
    if (!Files.isWritable(existing)) {
      throw cannotBeMade(folder).found(existing + " cannot be written").asException();
    }
    AtomicOutput.check(
        names.stream().map(folder::resolve).filter(Files::exists).toList(), force, inputs);
  }

  static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw cannotBeMade(folder).asException(e);
    }
  }

  private static Problem cannotBeMade(Path folder) {
    return Problem.of(ErrorId.OUTPUT_FAILED, "the output folder cannot be made")
        .at(folder.toString());
  }
}
