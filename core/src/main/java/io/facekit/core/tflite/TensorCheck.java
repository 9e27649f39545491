package io.facekit.core.tflite;

import io.facekit.core.error.Problem;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Quantization;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.List;
import org.tensorflow.lite.schema.TensorType;

/** Checks each tensor by itself: shape, contents, quantization. */
final class TensorCheck {
  private final TfliteModel model;
  private final List<Problem> problems;

  TensorCheck(TfliteModel model, List<Problem> problems) {
    this.model = model;
    this.problems = problems;
  }

  void check(Graph graph, String place) {
    for (int i = 0; i < graph.tensors().size(); i++) {
      TensorInfo t = graph.tensors().get(i);
      String at = place + ", tensor " + i;
      shape(t, at);
      contents(t, at);
      quantization(t, at);
    }
  }

  private void shape(TensorInfo t, String at) {
    List<Integer> signature = t.signature();
    if (!signature.isEmpty() && signature.size() != t.shape().size()) {
      add(at, "the shape has rank " + t.shape().size() + ", its signature " + signature.size());
      return;
    }
    for (int i = 0; i < t.shape().size(); i++) {
      int size = t.shape().get(i);
      if (size < 0) {
        add(at, "dimension " + i + " is " + size);
      }
      if (!signature.isEmpty() && signature.get(i) != -1 && signature.get(i) != size) {
        add(at, "dimension " + i + " is " + size + ", in the signature " + signature.get(i));
      }
    }
  }

  private void contents(TensorInfo t, String at) {
    if (t.buffer() >= model.buffers().size()) {
      add(at, "buffer " + t.buffer() + " does not exist");
      return;
    }
    int length = model.buffers().get((int) t.buffer()).length();
    int elementBits = TfliteTypes.bits(t.type());
    if (elementBits == 0) {
      if (t.type() != TensorType.STRING) {
        add(at, "element type " + t.type() + " is not supported");
      }
      return;
    }
    long bytes = TfliteTypes.sizeBytes(t);
    if (bytes > Integer.MAX_VALUE) {
      add(at, "type and shape need more than 2 GiB");
      return;
    }
    if (length == 0) {
      return;
    }
    if (bytes != length) {
      add(at, "type and shape need " + bytes + " bytes, the buffer has " + length);
    }
    if (t.signature().contains(-1)) {
      add(at, "a constant has a dynamic dimension");
    }
  }

  private void quantization(TensorInfo t, String at) {
    Quantization q = t.quantization();
    if (q == null) {
      if (t.type() == TensorType.INT8) {
        add(at, "an int8 tensor has no scale");
      }
      return;
    }
    int scales = q.scales().size();
    if (q.zeroPoints().size() != scales) {
      add(at, scales + " scales with " + q.zeroPoints().size() + " zero points");
    }
    if (q.axis() < 0 || q.axis() >= Math.max(1, t.shape().size())) {
      add(at, "axis " + q.axis() + " of the scales does not exist");
    } else if (scales > 1 && (t.shape().isEmpty() || t.shape().get(q.axis()) != scales)) {
      add(
          at,
          scales
              + " scales for "
              + (t.shape().isEmpty() ? 1 : t.shape().get(q.axis()))
              + " slices");
    }
    if (q.scales().stream().anyMatch(s -> !Float.isFinite(s) || s < Float.MIN_NORMAL)) {
      add(at, "a scale is not positive and finite");
    }
    if (q.zeroPoints().stream().anyMatch(z -> !TfliteTypes.holds(t.type(), z))) {
      add(at, "a zero point is no value of the tensor's type");
    }
    if (scales > 1 && q.zeroPoints().stream().anyMatch(z -> z != 0)) {
      add(at, "a zero point of one channel is not 0");
    }
  }

  private void add(String at, String what) {
    TfliteVerifier.add(problems, at, what);
  }
}
