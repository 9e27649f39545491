package io.facekit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of everything that decides what an artifact looks like. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Properties versions = load();
    return new String[] {
      "facekit " + versions.getProperty("facekit"),
      "ONNX Runtime " + versions.getProperty("onnxruntime"),
      "TensorFlow Lite " + upstream(versions.getProperty("tflite")),
      "libtorch " + versions.getProperty("libtorch"),
      "Java "
          + System.getProperty("java.version")
          + " ("
          + System.getProperty("java.vendor")
          + "), "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }

  private static Properties load() {
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String upstream(String packaged) {
    int dash = packaged.indexOf('-');
    return dash < 0 ? packaged : packaged.substring(0, dash);
  }
}
