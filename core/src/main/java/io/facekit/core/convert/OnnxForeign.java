package io.facekit.core.convert;

import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.NodeText;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.Foreign;
import io.facekit.core.op.ForeignOutput;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes over a node that no op models, as it is. The types of its outputs must be in the file: they
 * are never guessed.
 */
final class OnnxForeign {
  private final OnnxScope scope;

  OnnxForeign(OnnxScope scope) {
    this.scope = scope;
  }

  /** Adds the node and binds its outputs; if that cannot be, says why. */
  Optional<String> add(OnnxModel.Step step) {
    if (!scope.batchIsOpen()) {
      return Optional.of("the batch size is fixed in the file, and may be fixed in this node");
    }
    if (!step.domain().isEmpty() && !scope.model().domains().containsKey(step.domain())) {
      return Optional.of("its domain has no version");
    }
    List<String> outputs = step.outputs().stream().filter(scope::isRead).toList();
    List<TensorType> types = new ArrayList<>();
    for (String output : outputs) {
      Optional<TensorType> type = type(output);
      if (type.isEmpty()) {
        return Optional.of("the file does not tell the types of its outputs");
      }
      types.add(type.get());
    }
    List<Value> inputs = new ArrayList<>();
    for (String input : step.inputs()) {
      if (!input.isEmpty()) {
        @Nullable Value v = value(input);
        if (v == null) {
          return Optional.of("it reads sizes of the batch, or an expanded tensor");
        }
        inputs.add(v);
      }
    }
    if (inputs.isEmpty()) {
      return Optional.of("it reads nothing");
    }
    append(step, outputs, types, inputs);
    return Optional.empty();
  }

  private void append(
      OnnxModel.Step step, List<String> outputs, List<TensorType> types, List<Value> inputs) {
    long version =
        step.domain().isEmpty()
            ? scope.model().opset()
            : scope.model().domains().getOrDefault(step.domain(), 1L);
    String text = NodeText.of(step, step.outputs().stream().map(scope::isRead).toList());
    String name = scope.nodeName(step);
    Value first =
        scope
            .graph()
            .append(
                name,
                new Foreign(step.operator(), Math.toIntExact(version), types.get(0), text),
                inputs);
    scope.bind(outputs.get(0), new OnnxBound.Tensor(first));
    for (int i = 1; i < outputs.size(); i++) {
      Value v =
          scope
              .graph()
              .append(name + ".output" + i, new ForeignOutput(i, types.get(i)), List.of(first));
      scope.bind(outputs.get(i), new OnnxBound.Tensor(v));
    }
  }

  private @Nullable Value value(String name) {
    OnnxBound b = scope.bound(name);
    if (b instanceof OnnxBound.Tensor t) {
      return t.value();
    } else if (b instanceof OnnxBound.Constant c) {
      return scope.constant(c.name(), c.data());
    }
    return b instanceof OnnxBound.Sizes s && s.isFixed() ? scope.constant(name, s.data()) : null;
  }

  private Optional<TensorType> type(String name) {
    OnnxModel.@Nullable Info info = scope.model().types().get(name);
    Optional<DType> dtype = info == null ? Optional.empty() : OnnxReader.dtype(info.elementType());
    if (info == null || dtype.isEmpty() || info.dims().isEmpty()) {
      return Optional.empty();
    }
    List<Dim> dims = new ArrayList<>();
    for (OnnxModel.Size s : info.dims().get()) {
      if (s.fixed().isPresent()) {
        dims.add(Dim.of(s.fixed().get()));
      } else if (s.parameter().isPresent() && scope.isBatch(s.parameter().get())) {
        dims.add(Dim.BATCH);
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new TensorType(dtype.get(), new Shape(dims)));
  }
}
