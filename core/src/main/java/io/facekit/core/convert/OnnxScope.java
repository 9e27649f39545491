package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.FiniteCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The names of an ONNX graph while it is imported, and the graph that grows. */
final class OnnxScope {
  private final OnnxModel model;
  private final Graph graph = new Graph();
  private final OnnxNames names;
  private final Set<String> read = new HashSet<>();
  private final Map<String, OnnxBound> bindings = new HashMap<>();
  private final Map<TensorData, Value> constants = new HashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> batchNames = new HashSet<>();
  private long tracedBatch = 1;
  private boolean batchIsOpen = true;
  private boolean half;

  OnnxScope(OnnxModel model, List<OnnxModel.Step> live) {
    this.model = model;
    this.names = new OnnxNames(model, live);
    live.forEach(s -> read.addAll(s.inputs()));
    model.outputs().forEach(o -> read.add(o.name()));
    model
        .constants()
        .forEach((name, data) -> bindings.put(name, new OnnxBound.Constant(name, data)));
  }

  OnnxModel model() {
    return model;
  }

  Graph graph() {
    return graph;
  }

  List<String> notes() {
    return notes;
  }

  /** Whether the file computes or stores anything in float16. */
  boolean half() {
    return half;
  }

  void markHalf() {
    half = true;
  }

  long tracedBatch() {
    return tracedBatch;
  }

  /** Remembers the batch size that the file fixes and the graph does not. */
  void traced(long batch) {
    tracedBatch = batch;
    batchIsOpen = false;
  }

  /** Whether the sizes that the file tells of values hold for every batch. */
  boolean batchIsOpen() {
    return batchIsOpen;
  }

  void nameBatch(String parameter) {
    batchNames.add(parameter);
  }

  boolean isBatch(String parameter) {
    return batchNames.contains(parameter);
  }

  boolean isRead(String name) {
    return !name.isEmpty() && read.contains(name);
  }

  void bind(String name, OnnxBound bound) {
    bindings.put(name, bound);
  }

  OnnxBound bound(String name) {
    return Objects.requireNonNull(bindings.get(name), () -> name + " is not bound");
  }

  String nodeName(OnnxModel.Step step) {
    return names.of(step);
  }

  /** A weight in float32, once for each tensor of the file. */
  Value weight(String name, TensorData data) {
    return constants.computeIfAbsent(
        data, d -> graph.constant(OnnxNames.clean(name), floats(name, d)));
  }

  /** A constant as it is, once for each tensor of the file. */
  Value constant(String name, TensorData data) {
    return data.dtype() == DType.FLOAT32
        ? weight(name, data)
        : constants.computeIfAbsent(data, d -> graph.constant(OnnxNames.clean(name), d));
  }

  private TensorData floats(String name, TensorData data) {
    FiniteCheck.check(data, OnnxNames.clean(name), model.file())
        .ifPresent(
            p -> {
              throw new FacekitException(List.of(p), null);
            });
    if (data.dtype() == DType.FLOAT16 || data.dtype() == DType.BFLOAT16) {
      half = true;
    }
    return data.dtype() == DType.FLOAT32
        ? data
        : TensorData.of(data.toFloats(), data.shape().at(1));
  }

  String place(OnnxModel.Step step) {
    String name = OnnxNames.clean(step.name().isEmpty() ? step.operator() : step.name());
    return model.file() + "!" + name + " (node " + step.position() + ")";
  }

  RuntimeException unsupported(OnnxModel.Step step, String what) {
    return Problem.of(
            ErrorId.ONNX_ARGUMENT,
            OnnxNames.clean(step.operator()) + ": " + what + " is not supported")
        .at(place(step))
        .asException();
  }
}
