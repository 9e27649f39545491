package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.MappedFile;

/** Words for kinds of files that are known but not read. */
final class Refusal {
  private Refusal() {}

  static FacekitException of(MappedFile file, ModelKind kind) {
    if (KindDetector.isZip(file)) {
      return ofArchive(Archive.open(file.bytes(), file.name()), kind);
    }
    if (kind == ModelKind.LEGACY_PICKLE) {
      CheckpointScan.legacy(file.bytes(), file.name());
    }
    return words(file.name(), kind);
  }

  static FacekitException ofArchive(Archive archive, ModelKind kind) {
    if (kind == ModelKind.STATE_DICT) {
      CheckpointScan.archive(archive);
    }
    return words(archive.fileName(), kind);
  }

  private static FacekitException words(String name, ModelKind kind) {
    String why =
        switch (kind) {
          case TORCHSCRIPT, PT2, ONNX -> "this verb does not take a " + kind.label();
          case STATE_DICT, LEGACY_PICKLE, SAFETENSORS ->
              "the file holds weights but no graph, so it cannot be converted by itself";
          case TFLITE -> "this kind of model is not read yet";
        };
    return Problem.of(ErrorId.KIND_UNSUPPORTED, why)
        .at(name)
        .found(kind.label())
        .hint("where the model's Python code is: " + Retrace.LINE)
        .asException();
  }
}
