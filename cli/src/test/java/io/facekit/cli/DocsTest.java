package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The generated pages of docs/ say what the code says. {@code ./mvnw verify
 * -Dfacekit.update-docs=true} writes them anew.
 */
class DocsTest {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void everyErrorIsExplained() throws IOException {
    assertThat(ErrorCatalogue.withoutAdvice()).isEmpty();
    assertThat(ErrorCatalogue.adviceWithoutId()).isEmpty();
  }

  @Test
  void errorsPageIsCurrent() throws IOException {
    checkOrUpdate("errors.md", ErrorCatalogue.markdown());
  }

  @Test
  void cliPageIsCurrent() throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            # The command line

            Generated from the commands themselves; a test keeps it so. Results go to stdout, everything
            else to stderr. With `--json`, stdout holds exactly one JSON object.
            """);
    for (String verb : List.of("", "inspect", "export", "plan", "quantize", "drift")) {
      CommandRun run = verb.isEmpty() ? CommandRun.of("--help") : CommandRun.of(verb, "--help");
      text.append("\n## ").append(("facekit " + verb).strip()).append("\n\n```\n");
      text.append(run.out().strip()).append("\n```\n");
    }
    checkOrUpdate("cli.md", text.toString());
  }

  private static void checkOrUpdate(String name, String text) throws IOException {
    Path page = DOCS.resolve(name);
    if (Boolean.getBoolean("facekit.update-docs")) {
      Files.writeString(page, text);
    }
    assertThat(page)
        .as("run ./mvnw verify -Dfacekit.update-docs=true")
        .exists()
        .content()
        .isEqualTo(text);
  }
}
