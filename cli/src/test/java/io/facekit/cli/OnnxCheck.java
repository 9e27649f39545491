package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.bytedeco.onnx.global.onnx;

/** The checker that the ONNX project itself ships, with strict inference of shapes. */
final class OnnxCheck {
  private OnnxCheck() {}

  static void passes(Path file) {
    assertThatCode(() -> onnx.check_model(file.toString(), true, false, false))
        .as(String.valueOf(file.getFileName()))
        .doesNotThrowAnyException();
  }
}
