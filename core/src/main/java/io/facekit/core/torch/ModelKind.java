package io.facekit.core.torch;

import io.facekit.core.tensor.MappedFile;
import java.nio.file.Path;

/** Kinds of model files, told apart by content. */
public enum ModelKind {
  TORCHSCRIPT("TorchScript archive"),
  STATE_DICT("PyTorch checkpoint (state_dict, no graph)"),
  LEGACY_PICKLE("PyTorch checkpoint in the format before 1.6 (no graph)"),
  LEGACY_TAR("PyTorch checkpoint in the tar format of its first versions (no graph)"),
  PT2("torch.export program (.pt2)"),
  SAFETENSORS("safetensors file (no graph)"),
  ONNX("ONNX model"),
  TFLITE("TFLite model");

  private final String label;

  ModelKind(String label) {
    this.label = label;
  }

  /** What to call it in a sentence. */
  public String label() {
    return label;
  }

  /**
   * The kind of a file.
   *
   * @throws io.facekit.core.error.FacekitException FILE_NOT_FOUND, FILE_EMPTY, KIND_NOT_A_MODEL,
   *     KIND_UNKNOWN, or one of the ZIP errors if the file is a zip archive that no reader should
   *     trust
   */
  public static ModelKind detect(Path file) {
    return KindDetector.detect(MappedFile.open(file));
  }
}
