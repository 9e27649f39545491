package io.facekit.quantize.job;

import io.facekit.core.error.FacekitException;
import io.facekit.runtime.run.OnnxRunner;
import io.facekit.runtime.run.Runner;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An ONNX file of anybody's in ONNX Runtime, image by image. A batch that the file fixes is filled
 * with copies of the image.
 */
final class OnnxReference implements Runner {
  private final OnnxRunner runner;
  private final int batch;

  private OnnxReference(OnnxRunner runner) {
    this.runner = runner;
    this.batch = runner.fixedBatch().orElse(1);
  }

  static Runner open(Path file, ImageSize size) {
    try {
      return new OnnxReference(OnnxRunner.openInPlace(file, size));
    } catch (FacekitException e) {
      throw ArtifactFiles.foreign(file, e);
    }
  }

  @Override
  public String runtime() {
    return "its source in " + runner.runtime();
  }

  @Override
  public ImageSize inputSize() {
    return runner.inputSize();
  }

  @Override
  public float[] run(float[] input, int images) {
    int elements = input.length / images;
    float[] filled = new float[batch * elements];
    float[] all = new float[0];
    for (int i = 0; i < images; i++) {
      for (int copy = 0; copy < batch; copy++) {
        System.arraycopy(input, i * elements, filled, copy * elements, elements);
      }
      float[] out = runner.run(filled, batch);
      int row = out.length / batch;
      if (i == 0) {
        all = new float[images * row];
      }
      System.arraycopy(Arrays.copyOf(out, row), 0, all, i * row, row);
    }
    return all;
  }

  @Override
  public void close() {
    runner.close();
  }
}
