package io.facekit.core.op;

import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.tensor.TensorData;
import java.util.List;

/** Where an op writes the ONNX nodes of one node. */
public interface OnnxOut {
  /** Version of the default operator set. */
  int opset();

  /**
   * The names under which this node reads its inputs, in order: already dequantized, or cast from
   * float16, as the node's precision needs.
   */
  List<String> inputs();

  /** The name of one input; an input that no call names is not written. */
  String input(int index);

  /** Writes the node that computes this node's output. */
  void node(String type, List<String> inputs, OnnxAttributes attributes);

  /** Writes a node before the last one and returns its output's name. */
  String intermediate(String suffix, String type, List<String> inputs, OnnxAttributes attributes);

  /**
   * Writes a node of another file that computes this node's output and further ones.
   *
   * @param node as {@code NodeText} writes it
   * @param domain of its operator; empty is the default
   * @param version of the domain's operator set
   */
  void foreign(String node, String domain, int version, List<String> inputs, List<String> further);

  /** The nodes that read a value. */
  List<Node> consumers(Value value);

  /** A constant of this node. */
  String constant(String suffix, TensorData data);

  /** A constant that all nodes share under one name. */
  String sharedConstant(String name, TensorData data);
}
