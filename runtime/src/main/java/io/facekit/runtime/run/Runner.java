package io.facekit.runtime.run;

/**
 * A face model opened in its real runtime: one batch of images in, one batch of embeddings out.
 * Input is always float32 NCHW whatever layout and element type the artifact has: a runner of an
 * NHWC artifact transposes, one of pixels rounds. Not thread-safe.
 */
public interface Runner extends AutoCloseable {
  /** The runtime with its version, for reports, for example {@code ONNX Runtime 1.26.0}. */
  String runtime();

  /** Channels, height and width of one image. */
  ImageSize inputSize();

  /**
   * Runs one batch; the first output is the embedding.
   *
   * @param input {@code [batch, C, H, W]}, row-major
   * @return {@code [batch, D]}, row-major, newly allocated
   */
  float[] run(float[] input, int batch);

  /**
   * Runs one batch of a model that may have several outputs.
   *
   * @param input as in {@link #run}
   * @return {@code [batch, D]}: all outputs of an image, NCHW, one after another
   */
  default float[] outputs(float[] input, int batch) {
    return run(input, batch);
  }

  @Override
  void close();

  /** What one image of the input batch is. */
  record ImageSize(int channels, int height, int width) {
    public int elements() {
      return channels * height * width;
    }
  }
}
