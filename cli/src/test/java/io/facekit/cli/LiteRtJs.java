package io.facekit.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;

/** LiteRT.js in node, from {@code src/test/litertjs}. It does not resize: see {@link #fixed}. */
record LiteRtJs(Path folder) {
  private static final Path SCRIPT = Path.of("src/test/litertjs/run.mjs");

  /** The file with its dynamic batch set to a number; nothing else in it changes. */
  private static byte[] fixed(byte[] file, int batch) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    SubGraph graph = Model.getRootAsModel(bytes).subgraphs(0);
    for (int i = 0; i < graph.tensorsLength(); i++) {
      Tensor tensor = graph.tensors(i);
      if (tensor.shapeSignatureLength() > 0 && tensor.shapeSignature(0) == -1) {
        set(tensor.shapeAsByteBuffer(), batch);
        set(tensor.shapeSignatureAsByteBuffer(), batch);
      }
    }
    return file;
  }

  /** Writes through to the file: the vector is a view on it. */
  private static void set(ByteBuffer vector, int first) {
    vector.order(ByteOrder.LITTLE_ENDIAN).putInt(vector.position(), first);
  }

  /** The rows of NCHW images in batches. */
  float[] run(Path file, int height, int width, int batch, float[] images)
      throws IOException, InterruptedException {
    Path model = folder.resolve("fixed.tflite");
    Files.write(model, fixed(Files.readAllBytes(file), batch));
    Path input = folder.resolve("input.f32");
    Files.write(input, nhwc(images, height * width));
    Path output = folder.resolve("output.f32");
    Files.deleteIfExists(output);
    Path log = folder.resolve("node.log");
    Process node =
        new ProcessBuilder(List.of("node", "" + SCRIPT, "" + model, "" + input, "" + output))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!node.waitFor(2, TimeUnit.MINUTES)) {
      node.destroyForcibly();
      throw new IllegalStateException("LiteRT.js is too slow");
    }
    if (node.exitValue() != 0) {
      throw new IllegalStateException(
          "LiteRT.js failed; is it installed (scripts/litertjs.sh)?\n" + Files.readString(log));
    }
    float[] rows = new float[Math.toIntExact(Files.size(output) / Float.BYTES)];
    ByteBuffer.wrap(Files.readAllBytes(output))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(rows);
    return rows;
  }

  private static byte[] nhwc(float[] nchw, int plane) {
    ByteBuffer bytes = ByteBuffer.allocate(nchw.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (int image = 0; image < nchw.length; image += 3 * plane) {
      for (int i = 0; i < plane; i++) {
        for (int c = 0; c < 3; c++) {
          bytes.putFloat(nchw[image + c * plane + i]);
        }
      }
    }
    return bytes.array();
  }
}
