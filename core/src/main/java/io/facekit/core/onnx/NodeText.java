package io.facekit.core.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Base64;
import java.util.List;

/**
 * A node with its attributes as text, without the names of its inputs and outputs: those that are
 * given are {@code x}, those that are left out are empty.
 */
public final class NodeText {
  private static final String GIVEN = "x";

  private NodeText() {}

  /**
   * @param read whether an output is read, for each
   */
  public static String of(OnnxModel.Step step, List<Boolean> read) {
    NodeProto.Builder node = step.proto().toBuilder().clearName().clearDocString();
    node.clearInput().clearOutput();
    step.inputs().forEach(in -> node.addInput(in.isEmpty() ? "" : GIVEN));
    read.forEach(r -> node.addOutput(r ? GIVEN : ""));
    return Base64.getEncoder().encodeToString(node.build().toByteArray());
  }

  /** The node under other names; each list has one name for each input or output given. */
  static NodeProto named(String text, String name, List<String> inputs, List<String> outputs) {
    try {
      NodeProto node = NodeProto.parseFrom(Base64.getDecoder().decode(text));
      NodeProto.Builder named = node.toBuilder().setName(name).clearInput().clearOutput();
      fill(node.getInputList(), inputs).forEach(named::addInput);
      fill(node.getOutputList(), outputs).forEach(named::addOutput);
      return named.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no node", e);
    }
  }

  private static List<String> fill(List<String> slots, List<String> names) {
    var next = names.iterator();
    return slots.stream().map(s -> s.isEmpty() ? "" : next.next()).toList();
  }

  /** Number of outputs that are read. */
  public static int outputs(String text) {
    try {
      NodeProto node = NodeProto.parseFrom(Base64.getDecoder().decode(text));
      return (int) node.getOutputList().stream().filter(GIVEN::equals).count();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no node", e);
    }
  }
}
