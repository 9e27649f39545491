package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ONNX graph whose names are resolved: every node reads inputs, constants, and results of nodes
 * before it.
 *
 * @param file the file's name
 * @param opset version of the default operator set
 * @param domains version of every other operator set, by domain
 * @param inputs without those that are constants
 * @param constants by name; most are views on the file
 * @param types what the file says of values, by name
 */
public record OnnxModel(
    String file,
    String producer,
    int opset,
    Map<String, Long> domains,
    List<Info> inputs,
    List<Info> outputs,
    List<Step> nodes,
    Map<String, TensorData> constants,
    Map<String, Info> types) {

  public OnnxModel {
    domains = Map.copyOf(domains);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    constants = Map.copyOf(constants);
    types = Map.copyOf(types);
  }

  /**
   * The declared type of a value.
   *
   * @param elementType an ONNX {@code TensorProto.DataType}; 0 if the value is no tensor
   * @param dims empty if the rank is not known
   */
  public record Info(String name, int elementType, Optional<List<Size>> dims) {}

  /** A declared dimension: a fixed size, a name, or neither. */
  public record Size(Optional<Long> fixed, Optional<String> parameter) {}

  /**
   * One node.
   *
   * @param position in the file, from 0
   * @param proto the node as it stands in the file
   */
  public record Step(
      int position,
      String type,
      String domain,
      String name,
      List<String> inputs,
      List<String> outputs,
      Map<String, OnnxAttribute> attributes,
      NodeProto proto) {
    public Step {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      attributes = Map.copyOf(attributes);
    }

    /** The operator with its domain, if that is not the default. */
    public String operator() {
      return domain.isEmpty() ? type : domain + "::" + type;
    }
  }
}
