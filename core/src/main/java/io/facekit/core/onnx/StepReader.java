package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads nodes with their attributes. */
final class StepReader {
  static final String DEFAULT_DOMAIN = "ai.onnx";

  private final String file;
  private final TensorReader tensors;
  private final Problems problems;

  StepReader(String file, TensorReader tensors, Problems problems) {
    this.file = file;
    this.tensors = tensors;
    this.problems = problems;
  }

  List<OnnxModel.Step> read(List<NodeProto> nodes) {
    List<OnnxModel.Step> steps = new ArrayList<>();
    for (NodeProto n : nodes) {
      steps.add(step(steps.size(), n));
    }
    return steps;
  }

  private OnnxModel.Step step(int position, NodeProto n) {
    String place = place(file, position, n.getOpType(), n.getName());
    Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
    for (AttributeProto a : n.getAttributeList()) {
      try {
        if (attributes.put(a.getName(), attribute(a, place)) != null) {
          problems.add(Problem.of(ErrorId.ONNX_MALFORMED, "an attribute is given twice").at(place));
        }
      } catch (FacekitException e) {
        e.problems().forEach(problems::add);
      }
    }
    return new OnnxModel.Step(
        position,
        n.getOpType(),
        n.getDomain().equals(DEFAULT_DOMAIN) ? "" : n.getDomain(),
        n.getName(),
        n.getInputList(),
        n.getOutputList(),
        attributes,
        n);
  }

  /** Where a node stands, in words for an error. */
  static String place(String file, int position, String type, String name) {
    return file
        + "!"
        + OnnxReader.printable(name.isEmpty() ? type : name)
        + " (node "
        + position
        + ")";
  }

  private OnnxAttribute attribute(AttributeProto a, String place) {
    if (!a.getRefAttrName().isEmpty()) {
      throw construct(place, "an attribute refers to a function's");
    }
    return switch (a.getType()) {
      case INT -> new OnnxAttribute.Int(a.getI());
      case FLOAT -> new OnnxAttribute.FloatNumber(a.getF());
      case STRING -> new OnnxAttribute.Text(a.getS().toStringUtf8());
      case INTS -> new OnnxAttribute.Ints(a.getIntsList());
      case FLOATS -> new OnnxAttribute.Floats(a.getFloatsList());
      case TENSOR -> tensor(a, place);
      case GRAPH, GRAPHS -> throw construct(place, "control flow is not supported");
      default -> new OnnxAttribute.Other(a.getType().name());
    };
  }

  private OnnxAttribute tensor(AttributeProto a, String place) {
    // A Constant may hold text, which only operators read that pass through.
    return TensorReader.dtype(a.getT().getDataType()).isEmpty()
        ? new OnnxAttribute.Other("TENSOR of " + TensorReader.typeName(a.getT().getDataType()))
        : new OnnxAttribute.Tensor(tensors.read(a.getT(), place));
  }

  private static RuntimeException construct(String place, String what) {
    return Problem.of(ErrorId.ONNX_CONSTRUCT, what)
        .at(place)
        .hint("export the model with fixed control flow: trace it in evaluation mode")
        .asException();
  }
}
