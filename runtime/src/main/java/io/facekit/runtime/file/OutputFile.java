package io.facekit.runtime.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A file to be written, with how it is checked before it appears under its name.
 *
 * @param content writes everything into the temporary file, which exists and is empty
 * @param verify re-opens the temporary file, which has the target's extension, and throws if it is
 *     not what it should be
 */
public record OutputFile(Path target, Content content, Consumer<Path> verify) {
  /** What a file holds. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path file) throws IOException;
  }

  /** A file of bytes; the array must not change before it is written. */
  public static OutputFile of(Path target, byte[] bytes) {
    return new OutputFile(target, file -> Files.write(file, bytes), file -> {});
  }

  public OutputFile verifiedBy(Consumer<Path> newVerify) {
    return new OutputFile(target, content, newVerify);
  }
}
