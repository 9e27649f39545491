package io.facekit.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The folder of real models and faces; tests that need it are skipped where it is absent. */
public final class SharedFolder {
  private SharedFolder() {}

  /** A file or folder in it. */
  public static Path path(String relative) {
    String given = System.getProperty("facekit.shared", System.getenv("FACEKIT_SHARED"));
    Path path = Path.of(given == null ? "../../shared" : given).resolve(relative);
    Assumptions.assumeTrue(Files.exists(path), "no shared folder");
    return path;
  }

  /** A file of little-endian float32. */
  public static float[] floats(String relative) {
    try {
      FloatBuffer values =
          ByteBuffer.wrap(Files.readAllBytes(path(relative)))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      float[] out = new float[values.remaining()];
      values.get(out);
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
