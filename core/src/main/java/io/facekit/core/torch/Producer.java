package io.facekit.core.torch;

import io.facekit.core.pickle.Printable;
import io.facekit.core.tensor.MappedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What PyTorch files tell about the PyTorch that wrote them. Zip archives do not name it, but have
 * entries that older ones did not write: {@code byteorder} since 2.1 and {@code .storage_alignment}
 * since 2.7 (pytorch pull requests 118719 and 147788).
 */
public final class Producer {
  private static final int LONGEST_VERSION = 16;
  private static final int MOST_ENTRIES = 8;

  private Producer() {}

  /**
   * Of a checkpoint or a TorchScript archive; empty if the file tells nothing that its kind does
   * not.
   *
   * @throws io.facekit.core.error.FacekitException if the file is damaged
   */
  public static Optional<String> of(Path file, ModelKind kind) {
    return switch (kind) {
      case TORCHSCRIPT, STATE_DICT -> Optional.of(archive(Archive.open(file, kind)));
      case SAFETENSORS -> safetensors(MappedFile.open(file));
      case LEGACY_PICKLE, LEGACY_TAR, PT2, ONNX, TFLITE -> Optional.empty();
    };
  }

  private static String archive(Archive archive) {
    String since =
        archive.has(".storage_alignment")
            ? "PyTorch 2.7 or later"
            : archive.has("byteorder") ? "PyTorch 2.1 or later" : "PyTorch 1.4 to 2.0";
    int size = archive.size("version");
    if (size <= 0 || size > LONGEST_VERSION) {
      return since;
    }
    ByteBuffer version = archive.read("version");
    String text = StandardCharsets.US_ASCII.decode(version).toString().strip();
    return since + ", archive version " + Printable.name(text);
  }

  private static Optional<String> safetensors(MappedFile file) {
    Map<String, String> metadata = Safetensors.metadata(file.bytes(), file.name());
    return metadata.isEmpty()
        ? Optional.empty()
        : Optional.of(
            metadata.entrySet().stream()
                .limit(MOST_ENTRIES)
                .map(e -> Printable.name(e.getKey()) + " " + Printable.name(e.getValue()))
                .collect(Collectors.joining(", ")));
  }
}
