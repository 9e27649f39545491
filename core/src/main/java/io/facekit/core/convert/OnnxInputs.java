package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.op.Reshape;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The inputs and outputs of an ONNX graph, and where their batch is. */
final class OnnxInputs {
  /** Height and width that face models take where the file does not say. */
  private static final int DEFAULT_SIZE = 112;

  private static final int CHANNELS = 3;

  private final OnnxScope scope;
  private final Optional<TorchImporter.InputSize> wanted;

  private OnnxInputs(OnnxScope scope, Optional<TorchImporter.InputSize> wanted) {
    this.scope = scope;
    this.wanted = wanted;
  }

  static void declare(OnnxScope scope, Optional<TorchImporter.InputSize> wanted) {
    OnnxInputs inputs = new OnnxInputs(scope, wanted);
    List<OnnxModel.Info> all = scope.model().inputs();
    if (all.isEmpty()) {
      throw inputs.signature("the graph has no input");
    }
    for (OnnxModel.Info in : all) {
      inputs.declare(in, all.size() == 1);
    }
  }

  private void declare(OnnxModel.Info in, boolean only) {
    List<OnnxModel.Size> sizes =
        in.dims().orElseThrow(() -> signature("the shape of the input is not known"));
    DType dtype =
        OnnxReader.dtype(in.elementType())
            .orElseThrow(() -> signature("the input is no tensor of a supported type"));
    if (dtype == DType.FLOAT16 || dtype == DType.BFLOAT16) {
      scope.markHalf();
    }
    boolean image = only && sizes.size() == 4 && dtype.isFloat() && dtype != DType.FLOAT64;
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < sizes.size(); axis++) {
      dims.add(image ? imageDim(sizes.get(axis), axis) : dim(sizes.get(axis), axis));
    }
    TensorType type =
        new TensorType(
            dtype.isFloat() && dtype != DType.FLOAT64 ? DType.FLOAT32 : dtype, new Shape(dims));
    String name = scope.graph().inputs().isEmpty() ? "input" : OnnxNames.clean(in.name());
    Value value = scope.graph().addInput(name, type);
    scope.bind(in.name(), new OnnxBound.Tensor(value));
  }

  private Dim imageDim(OnnxModel.Size size, int axis) {
    if (axis == 0) {
      size.fixed()
          .ifPresent(
              n -> {
                scope.traced(n);
                scope
                    .notes()
                    .add("the batch size " + n + " of the input was fixed; it is free now");
              });
      size.parameter().ifPresent(scope::nameBatch);
      return Dim.BATCH;
    }
    Optional<Integer> asked =
        axis == 1 ? Optional.empty() : wanted.map(w -> axis == 2 ? w.height() : w.width());
    if (size.fixed().isPresent()) {
      long fixed = size.fixed().get();
      if (asked.isPresent() && asked.get() != fixed) {
        throw signature("the model takes images of " + fixed + " pixels, not " + asked.get());
      }
      return Dim.of(fixed);
    }
    return Dim.of(axis == 1 ? CHANNELS : asked.orElse(DEFAULT_SIZE));
  }

  private Dim dim(OnnxModel.Size size, int axis) {
    if (size.fixed().isPresent()) {
      return Dim.of(size.fixed().get());
    }
    if (axis == 0) {
      size.parameter().ifPresent(scope::nameBatch);
      return Dim.BATCH;
    }
    throw signature("the size of an input along axis " + axis + " is not known");
  }

  /** Adds the outputs of the graph, once everything is imported. */
  static void outputs(OnnxScope scope) {
    OnnxInputs inputs = new OnnxInputs(scope, Optional.empty());
    if (scope.model().outputs().isEmpty()) {
      throw inputs.signature("the graph has no output");
    }
    Set<Value> seen = new HashSet<>();
    for (OnnxModel.Info out : scope.model().outputs()) {
      if (!(scope.bound(out.name()) instanceof OnnxBound.Tensor t)) {
        throw inputs.signature("an output is a constant");
      }
      boolean own = t.value().producer() != null && seen.add(t.value());
      scope.graph().addOutput(own ? t.value() : copy(scope, out.name(), t.value()));
    }
  }

  /** An output that is an input, or another output, is the same elements once more. */
  private static Value copy(OnnxScope scope, String name, Value value) {
    Reshape same = new Reshape(value.type().shape());
    return scope.graph().append(OnnxNames.clean(name), same, List.of(value));
  }

  private RuntimeException signature(String what) {
    return Problem.of(ErrorId.ONNX_SIGNATURE, what).at(scope.model().file()).asException();
  }
}
