package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.MappedFile;

/** Words for kinds of files that are known but not read. */
final class Refusal {
  private Refusal() {}

  static FacekitException of(MappedFile file, ModelKind kind) {
    if (StateDictReader.reads(kind)) {
      // What else is wrong with the weights matters more.
      StateDictReader.read(file, kind);
    }
    String why =
        switch (kind) {
          case TORCHSCRIPT, PT2, ONNX -> "this verb does not take a " + kind.label();
          case STATE_DICT, LEGACY_PICKLE, LEGACY_TAR, SAFETENSORS ->
              "the file holds weights but no graph";
          case TFLITE -> "this kind of model is not read yet";
        };
    return Problem.of(ErrorId.KIND_UNSUPPORTED, why)
        .at(file.name())
        .found(kind.label())
        .hint("where the model's Python code is: " + Retrace.LINE)
        .asException();
  }
}
