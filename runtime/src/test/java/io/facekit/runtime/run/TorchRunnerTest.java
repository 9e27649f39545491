package io.facekit.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import io.facekit.core.torch.TorchScriptWriter;
import io.facekit.runtime.SharedFolder;
import io.facekit.runtime.run.Runner.ImageSize;
import io.facekit.runtime.worker.ElementType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchRunnerTest {
  private static final ImageSize SIZE = new ImageSize(3, 112, 112);

  @TempDir Path folder;

  @Test
  void givesTheRecordedRowsInEveryBatch() {
    Path model = SharedFolder.path("models/torch/p-traced-213.pt");
    float[] input = SharedFolder.floats("models/torch/faces-rgb-127-128.input.f32");
    float[] expected = SharedFolder.floats("models/torch/p-traced-213.output.f32");
    try (TorchRunner runner = TorchRunner.start(model, SIZE, TorchOptions.DEFAULT)) {
      float[] four = runner.run(input, 4);
      assertThat(runner.runtime()).startsWith("libtorch 2.7");
      assertThat(Difference.max(four, expected)).isLessThan(1e-5);
      float[] one = runner.run(Arrays.copyOf(input, SIZE.elements()), 1);
      assertThat(Difference.max(one, Arrays.copyOf(expected, 512))).isLessThan(1e-5);
    }
  }

  @Test
  void runsWhatFacekitWrites() {
    float[] input = SharedFolder.floats("models/torch/faces-rgb-127-128.input.f32");
    for (String name : List.of("p-traced-213", "p-frozen-213", "p-half-traced-213")) {
      TorchProgram program =
          TorchScriptReader.read(SharedFolder.path("models/torch/" + name + ".pt"));
      byte[] archive = TorchScriptWriter.write(program);
      float[] expected = SharedFolder.floats("models/torch/" + name + ".output.f32");
      try (TorchRunner runner = TorchRunner.start(name, archive, SIZE, TorchOptions.DEFAULT)) {
        if (name.contains("half")) {
          assertThat(Difference.cosine(runner.run(input, 4), expected)).isGreaterThan(0.9999);
        } else {
          assertThat(Difference.max(runner.run(input, 4), expected)).isLessThan(1e-5);
        }
      }
    }
  }

  @Test
  void feedsHalfModelsWithHalves() {
    Path model = SharedFolder.path("models/torch/p-half-traced-213.pt");
    float[] input = SharedFolder.floats("models/torch/faces-rgb-127-128.input.f32");
    float[] expected = SharedFolder.floats("models/torch/p-half-traced-213.output.f32");
    try (TorchRunner runner = TorchRunner.start(model, SIZE, TorchOptions.DEFAULT)) {
      assertThat(Difference.cosine(runner.run(input, 4), expected)).isGreaterThan(0.9999);
    }
  }

  @Test
  void feedsPixelsToModelsThatTakeThem() throws Exception {
    Path model = SharedFolder.path("models/torch/p-raw-image-half-213.pt");
    byte[] pixels = Files.readAllBytes(SharedFolder.path("models/torch/faces-bgr-uint8.input.u8"));
    float[] input = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      input[i] = pixels[i] & 0xff;
    }
    float[] expected = SharedFolder.floats("models/torch/p-raw-image-half-213.output.f32");
    TorchOptions options = TorchOptions.DEFAULT.withInput(ElementType.UINT8);
    try (TorchRunner runner = TorchRunner.start(model, SIZE, options)) {
      assertThat(Difference.cosine(runner.run(input, 4), expected)).isGreaterThan(0.9999);
    }
  }

  @Test
  void saysThatLibtorchRefusesAFile() throws Exception {
    Path model = Files.write(folder.resolve("noise.pt"), new byte[1000]);
    try (TorchRunner runner = TorchRunner.start(model, SIZE, TorchOptions.DEFAULT)) {
      assertThatThrownBy(() -> runner.run(new float[SIZE.elements()], 1))
          .isInstanceOf(FacekitException.class)
          .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.RUNTIME_FAILED))
          .hasMessageContaining("libtorch cannot load the model");
    }
  }

  @Test
  void endsAProcessThatIsTooSlow() throws Exception {
    Path model = Files.write(folder.resolve("noise.pt"), new byte[1000]);
    TorchOptions hurried =
        new TorchOptions(ElementType.FLOAT32, 256, Duration.ofMillis(1), Duration.ofMinutes(1));
    try (TorchRunner runner = TorchRunner.start(model, SIZE, hurried)) {
      assertThatThrownBy(runner::runtime)
          .isInstanceOf(FacekitException.class)
          .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.RUNTIME_TIMEOUT));
    }
  }

  @Test
  void saysHowAProcessEnded() {
    Path model = SharedFolder.path("models/torch/p-front-baked-213.pt");
    float[] face = new float[SIZE.elements()];
    try (TorchRunner runner = TorchRunner.start(model, SIZE)) {
      assertThat(runner.run(face, 1)).hasSize(64);
      for (ProcessHandle worker : workers()) {
        worker.destroy();
        worker.onExit().join();
      }
      assertThatThrownBy(() -> runner.run(face, 1))
          .isInstanceOf(FacekitException.class)
          .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.RUNTIME_FAILED))
          .hasMessageContaining("was terminated (SIGTERM)");
    }
  }

  @Test
  void leavesNoProcessBehind() {
    Path model = SharedFolder.path("models/torch/p-front-baked-213.pt");
    try (TorchRunner runner = TorchRunner.start(model, SIZE)) {
      assertThat(runner.runtime()).startsWith("libtorch");
      assertThat(workers()).hasSize(1);
    }
    assertThat(workers()).isEmpty();
  }

  private static List<ProcessHandle> workers() {
    return ProcessHandle.current()
        .children()
        .filter(p -> p.isAlive() && p.info().commandLine().orElse("").contains("TorchWorker"))
        .toList();
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> TorchRunner.start(folder.resolve("no.pt"), SIZE, TorchOptions.DEFAULT))
        .isInstanceOf(FacekitException.class)
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.FILE_NOT_FOUND));
  }

  private static ErrorId id(Throwable e) {
    return ((FacekitException) e).problems().get(0).id();
  }
}
