package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.cli.Facekit.Run;
import io.facekit.runtime.face.FaceLoader;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.PreprocessingPreset;
import io.facekit.runtime.run.TfliteRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A model's TFLite files as facekit writes them, and what the interpreter makes of some faces.
 *
 * @param folder where files are written
 * @param model PyTorch
 * @param preset its preprocessing
 */
record TfliteFiles(Path folder, Path model, PreprocessingPreset preset) {
  /** Batches of 1, 2 and 7 divide it. */
  static final int FACES = 14;

  /** The precisions of {@link #write}. */
  enum Kind {
    FP32,
    FP16,
    INT8,
    MIXED
  }

  Path write(Kind kind) throws IOException, InterruptedException {
    return switch (kind) {
      case FP32 -> export("fp32.tflite");
      case FP16 -> export("fp16.tflite", "--fp16");
      case INT8 -> quantize("int8", "{default: int8}");
      case MIXED ->
          quantize(
              "mixed",
              "{default: int8, rules: [{select: 'first:2', precision: fp16}, "
                  + "{select: 'last:2', precision: fp16}]}");
    };
  }

  private Path export(String name, Object... options) throws IOException, InterruptedException {
    Path file = folder.resolve(name);
    Object[] arguments = {
      "export", model, "-o", file, "--no-torch-check", "--preprocessing", preset.presetName()
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + options.length);
    System.arraycopy(options, 0, all, arguments.length, options.length);
    done(Facekit.run(all));
    return file;
  }

  private Path quantize(String name, String precision) throws IOException, InterruptedException {
    Path recipe =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            model: %s
            preprocessing: %s
            calibration: {images: %s, identities: {first: 6}, adaptiveRounding: false}
            evaluation: {images: %s, identities: {last: 6}}
            precision: %s
            targets: [tflite-xnnpack]
            """
                .formatted(model, preset.presetName(), Facekit.FACES, Facekit.FACES, precision));
    Path out = folder.resolve(name);
    done(Facekit.run("quantize", "--config", recipe, "-o", out, "--no-torch-check"));
    String stem = String.valueOf(model.getFileName()).replaceFirst("\\.[^.]*$", "");
    return out.resolve(stem + "-" + name + ".tflite");
  }

  private static void done(Run run) {
    assertThat(run.exit()).as(run.err()).isZero();
  }

  /** Some faces that no calibration here has seen, NCHW. */
  float[] faces() {
    FaceSet set = FaceSet.scan(Facekit.FACES).lastIdentities(FACES).sample(FACES);
    try (FaceLoader loader = new FaceLoader(set, preset.preprocessing(), 1)) {
      return loader.next(FACES).orElseThrow().input();
    }
  }

  /** Embeddings of {@link #faces} in TensorFlow Lite. */
  static float[] run(Path file, boolean xnnpack, int batch, float[] faces) {
    int image = faces.length / FACES;
    float[] rows = new float[0];
    try (TfliteRunner runner = TfliteRunner.open(file, 1, xnnpack)) {
      for (int i = 0; i < FACES; i += batch) {
        float[] part =
            runner.run(Arrays.copyOfRange(faces, i * image, (i + batch) * image), batch).clone();
        int length = rows.length;
        rows = Arrays.copyOf(rows, length + part.length);
        System.arraycopy(part, 0, rows, length, part.length);
      }
    }
    return rows;
  }
}
