package io.facekit.runtime.run;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.runtime.file.Leftovers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Outputs of one session at one batch size. The first run learns the shapes; later ones let the
 * runtime write float32 outputs into buffers that are kept.
 */
final class OnnxTaps implements AutoCloseable {
  private final int batch;
  private final List<String> outputs;
  private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
  private final Map<String, FloatBuffer> buffers = new LinkedHashMap<>();
  private final Set<String> free;

  /** Memory that is given back at once; Java's own direct buffers wait for a full collection. */
  private final List<FloatPointer> owned = new ArrayList<>();

  OnnxTaps(int batch, List<String> outputs) {
    this.batch = batch;
    this.outputs = List.copyOf(outputs);
    this.free = new LinkedHashSet<>(outputs);
  }

  boolean fits(int otherBatch, List<String> otherOutputs) {
    return batch == otherBatch && outputs.equals(otherOutputs);
  }

  void run(
      OrtEnvironment environment,
      OrtSession session,
      Map<String, OnnxTensor> inputs,
      BiConsumer<String, FloatBuffer> sink)
      throws OrtException {
    Map<String, OnnxTensor> learnt = new LinkedHashMap<>();
    try (OrtSession.Result result =
        Leftovers.whole(() -> session.run(inputs, Set.copyOf(free), pinned))) {
      for (String output : outputs) {
        FloatBuffer kept = buffers.get(output);
        if (kept != null) {
          sink.accept(output, kept.duplicate());
          continue;
        }
        OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
        FloatBuffer copy = tensor.getFloatBuffer();
        if (copy == null) {
          throw Problem.of(ErrorId.RUNTIME_FAILED, "an observed value is not a float tensor")
              .at(output)
              .found(tensor.getInfo().type.toString())
              .asException();
        }
        sink.accept(output, copy);
        if (tensor.getInfo().type == OnnxJavaType.FLOAT) {
          learnt.put(output, tensor);
        }
      }
      for (Map.Entry<String, OnnxTensor> entry : learnt.entrySet()) {
        pin(environment, entry.getKey(), entry.getValue().getInfo().getShape());
      }
    }
  }

  private void pin(OrtEnvironment environment, String output, long[] shape) throws OrtException {
    long elements = 1;
    for (long dim : shape) {
      elements = Math.multiplyExact(elements, dim);
    }
    FloatPointer memory = new FloatPointer(elements);
    owned.add(memory);
    FloatBuffer buffer = memory.asBuffer();
    pinned.put(output, OnnxTensor.createTensor(environment, buffer, shape));
    buffers.put(output, buffer.asReadOnlyBuffer());
    free.remove(output);
  }

  @Override
  public void close() {
    pinned.values().forEach(OnnxTensor::close);
    pinned.clear();
    buffers.clear();
    owned.forEach(FloatPointer::close);
    owned.clear();
  }
}
