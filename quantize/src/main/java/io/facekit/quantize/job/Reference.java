package io.facekit.quantize.job;

import io.facekit.core.tensor.DType;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptWriter;
import io.facekit.runtime.run.Runner;
import io.facekit.runtime.run.Runner.ImageSize;
import io.facekit.runtime.run.TorchOptions;
import io.facekit.runtime.run.TorchRunner;
import io.facekit.runtime.worker.ElementType;
import java.nio.file.Path;

/** What a source model is compared with: the framework that it comes from. */
public interface Reference {
  /** Begins to start a runner and returns at once. */
  Runner start(ImageSize size);

  /** libtorch, on a TorchScript file as it is. */
  static Reference torchScript(Path file, TorchProgram program) {
    return size -> TorchRunner.start(file, size, options(program));
  }

  /** ONNX Runtime, on an ONNX file as it is. */
  static Reference onnx(Path file) {
    return size -> OnnxReference.open(file, size);
  }

  /**
   * libtorch, on an archive that is written from a program.
   *
   * @param name of the model, for messages
   */
  static Reference program(String name, TorchProgram program) {
    return size ->
        TorchRunner.start(name, TorchScriptWriter.write(program), size, options(program));
  }

  private static TorchOptions options(TorchProgram program) {
    return TorchOptions.DEFAULT.withInput(input(program));
  }

  private static ElementType input(TorchProgram program) {
    DType dtype = program.inputs().get(0).dtype().orElse(DType.FLOAT32);
    return switch (dtype) {
      case FLOAT16 -> ElementType.FLOAT16;
      case UINT8 -> ElementType.UINT8;
      default -> ElementType.OF_PARAMETERS;
    };
  }
}
