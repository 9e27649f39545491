package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.error.ErrorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCatalogueTest {
  private static final Path PAGE = Path.of("..", "docs", "errors.md");

  /** Run with {@code -Dfacekit.update-docs=true} to write the page. */
  @Test
  void pageIsUpToDate() throws IOException {
    if (Boolean.getBoolean("facekit.update-docs")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ErrorCatalogue.markdown());
    }
    assertThat(PAGE).hasContent(ErrorCatalogue.markdown());
  }

  @Test
  void codesAreUnique() {
    assertThat(Arrays.stream(ErrorId.values()).map(ErrorId::code)).doesNotHaveDuplicates();
  }
}
