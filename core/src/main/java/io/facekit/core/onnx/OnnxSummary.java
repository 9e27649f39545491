package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.WeightTally;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an ONNX file holds, without its weights.
 *
 * @param inputs name, type and shape of each, without those that are initializers
 * @param batch the first size of the first input, if it is fixed
 * @param weights the initializers, but those that say how to compute, such as shapes and scales
 * @param metadata the file's own entries
 */
public record OnnxSummary(
    String producer,
    long opset,
    List<String> inputs,
    List<String> outputs,
    OptionalLong batch,
    List<OnnxNode> nodes,
    List<WeightTally.Stored> weights,
    SortedMap<String, String> metadata) {

  /**
   * One node.
   *
   * @param parameters number of elements of the initializers that it reads, also through operators
   *     that convert them
   */
  public record OnnxNode(
      String type, String name, List<String> inputs, List<String> outputs, long parameters) {
    public OnnxNode {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** What stands between a stored weight and the node that reads it. */
  private static final Set<String> CONVERSIONS = Set.of("Cast", "DequantizeLinear", "Mul");

  public OnnxSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    weights = List.copyOf(weights);
  }

  /** Number of elements of all weights. */
  public long parameters() {
    return WeightTally.elements(weights);
  }

  public static OnnxSummary of(byte[] model) {
    ModelProto proto;
    try {
      proto = ModelProto.parseFrom(model);
    } catch (InvalidProtocolBufferException e) {
      throw Problem.of(ErrorId.KIND_UNKNOWN, "this is not a readable ONNX model").asException(e);
    }
    SortedMap<String, String> metadata = new TreeMap<>();
    for (StringStringEntryProto e : proto.getMetadataPropsList()) {
      metadata.put(e.getKey(), e.getValue());
    }
    Set<String> initializers =
        proto.getGraph().getInitializerList().stream()
            .map(TensorProto::getName)
            .collect(Collectors.toSet());
    List<ValueInfoProto> inputs =
        proto.getGraph().getInputList().stream()
            .filter(v -> !initializers.contains(v.getName()))
            .toList();
    return new OnnxSummary(
        (proto.getProducerName() + " " + proto.getProducerVersion()).strip(),
        proto.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty())
            .mapToLong(o -> o.getVersion())
            .findFirst()
            .orElse(0),
        inputs.stream().map(OnnxSummary::describe).toList(),
        proto.getGraph().getOutputList().stream().map(OnnxSummary::describe).toList(),
        batch(inputs),
        nodes(proto.getGraph()),
        weights(proto.getGraph()),
        metadata);
  }

  private static List<OnnxNode> nodes(GraphProto graph) {
    Map<String, Long> constants = new HashMap<>();
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), elements(t)));
    List<OnnxNode> nodes = new ArrayList<>();
    for (NodeProto n : graph.getNodeList()) {
      boolean converts =
          CONVERSIONS.contains(n.getOpType())
              && n.getInputList().stream().allMatch(constants::containsKey);
      if (converts && n.getInputCount() > 0 && constants.containsKey(n.getInput(0))) {
        n.getOutputList().forEach(o -> constants.put(o, constants.get(n.getInput(0))));
      }
      nodes.add(
          new OnnxNode(
              n.getOpType(),
              n.getName(),
              n.getInputList(),
              n.getOutputList(),
              n.getInputList().stream().mapToLong(i -> constants.getOrDefault(i, 0L)).sum()));
    }
    return nodes;
  }

  private static OptionalLong batch(List<ValueInfoProto> inputs) {
    if (inputs.isEmpty() || inputs.get(0).getType().getTensorType().getShape().getDimCount() == 0) {
      return OptionalLong.empty();
    }
    Dimension first = inputs.get(0).getType().getTensorType().getShape().getDim(0);
    return first.hasDimValue() && first.getDimValue() > 0
        ? OptionalLong.of(first.getDimValue())
        : OptionalLong.empty();
  }

  private static List<WeightTally.Stored> weights(GraphProto graph) {
    Set<String> scales = new HashSet<>();
    for (NodeProto n : graph.getNodeList()) {
      if (n.getOpType().equals("QuantizeLinear") || n.getOpType().equals("DequantizeLinear")) {
        scales.addAll(n.getInputList().subList(Math.min(1, n.getInputCount()), n.getInputCount()));
      }
    }
    WeightTally tally = new WeightTally();
    for (TensorProto t : graph.getInitializerList()) {
      Optional<DType> type = TensorReader.dtype(t.getDataType());
      boolean computes = type.isEmpty() || type.get() == DType.INT64 || type.get() == DType.BOOL;
      if (!computes && !scales.contains(t.getName())) {
        tally.add(
            type.get().name().toLowerCase(Locale.ROOT),
            elements(t),
            elements(t) * type.get().sizeBytes());
      }
    }
    return tally.stored();
  }

  /** So few that eight bytes for each can be counted. */
  private static long elements(TensorProto t) {
    try {
      long elements = t.getDimsList().stream().reduce(1L, Math::multiplyExact);
      return elements >= 0 && Math.multiplyExact(elements, 8L) >= 0 ? elements : 0;
    } catch (ArithmeticException e) {
      throw Problem.of(ErrorId.ONNX_MALFORMED, "the tensor's size does not fit in 64 bits")
          .at(OnnxReader.printable(t.getName()))
          .asException(e);
    }
  }

  private static String describe(ValueInfoProto v) {
    StringBuilder out = new StringBuilder(v.getName()).append(' ');
    String type =
        TensorProto.DataType.forNumber(v.getType().getTensorType().getElemType()) == null
            ? "?"
            : TensorProto.DataType.forNumber(v.getType().getTensorType().getElemType()).name();
    out.append(type.toLowerCase(Locale.ROOT)).append(" [");
    String separator = "";
    for (var d : v.getType().getTensorType().getShape().getDimList()) {
      out.append(separator).append(d.hasDimParam() ? d.getDimParam() : d.getDimValue());
      separator = ", ";
    }
    return out.append(']').toString();
  }

  /** How often each type of node occurs. */
  public SortedMap<String, Integer> typeCounts() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    nodes.forEach(n -> counts.merge(n.type(), 1, Integer::sum));
    return counts;
  }
}
