package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an ONNX file holds, without its weights.
 *
 * @param inputs name, type and shape of each
 * @param parameters number of elements of all initializers
 * @param metadata the file's own entries
 */
public record OnnxSummary(
    String producer,
    long opset,
    List<String> inputs,
    List<String> outputs,
    List<OnnxNode> nodes,
    long parameters,
    SortedMap<String, String> metadata) {

  /** One node. */
  public record OnnxNode(String type, String name, List<String> inputs, List<String> outputs) {
    public OnnxNode {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  public OnnxSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
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
    return new OnnxSummary(
        (proto.getProducerName() + " " + proto.getProducerVersion()).strip(),
        proto.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty())
            .mapToLong(o -> o.getVersion())
            .findFirst()
            .orElse(0),
        proto.getGraph().getInputList().stream().map(OnnxSummary::describe).toList(),
        proto.getGraph().getOutputList().stream().map(OnnxSummary::describe).toList(),
        proto.getGraph().getNodeList().stream().map(OnnxSummary::node).toList(),
        proto.getGraph().getInitializerList().stream().mapToLong(OnnxSummary::elements).sum(),
        metadata);
  }

  private static OnnxNode node(NodeProto n) {
    return new OnnxNode(n.getOpType(), n.getName(), n.getInputList(), n.getOutputList());
  }

  private static long elements(TensorProto t) {
    return t.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
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
