package io.facekit.core.torch;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Real model files outside the repository; tests that need them are skipped without them. */
public final class SharedModels {
  private SharedModels() {}

  public static Path torch(String name) {
    Path file = root().resolve("models/torch").resolve(name);
    Assumptions.assumeTrue(Files.exists(file), "no shared models");
    return file;
  }

  public static Path models(String name) {
    Path file = root().resolve("models").resolve(name);
    Assumptions.assumeTrue(Files.exists(file), "no shared models");
    return file;
  }

  private static Path root() {
    @Nullable String property = System.getProperty("facekit.shared");
    @Nullable String variable = System.getenv("FACEKIT_SHARED");
    return Path.of(property != null ? property : variable != null ? variable : "../../shared");
  }
}
