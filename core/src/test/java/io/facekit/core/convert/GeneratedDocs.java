package io.facekit.core.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pages that tests write. {@code -Dfacekit.update-docs=true} writes them instead of comparing. */
final class GeneratedDocs {
  private static final Path FOLDER = Path.of("..", "docs");

  private GeneratedDocs() {}

  static void check(String page, String expected) {
    Path file = FOLDER.resolve(page);
    try {
      if (Boolean.getBoolean("facekit.update-docs")) {
        Files.createDirectories(FOLDER);
        Files.writeString(file, expected);
      }
      assertThat(Files.exists(file) ? Files.readString(file) : "")
          .as("docs/" + page + " is out of date: run the test with -Dfacekit.update-docs=true")
          .isEqualTo(expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
