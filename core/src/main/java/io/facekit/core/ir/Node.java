package io.facekit.core.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One application of an op. The output value has the node's name. */
public final class Node {
  private final String name;
  private final String layer;
  private final Op op;
  final List<Value> inputs;
  private final Value output;

  Node(String name, String layer, Op op, List<Value> inputs, Value output) {
    this.name = name;
    this.layer = layer;
    this.op = op;
    this.inputs = new ArrayList<>(inputs);
    this.output = output;
    output.producer = this;
  }

  public String name() {
    return name;
  }

  /**
   * The layer of the canonical graph that this node stems from; selectors and plans name layers.
   */
  public String layer() {
    return layer;
  }

  public Op op() {
    return op;
  }

  public List<Value> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  public Value input(int index) {
    return inputs.get(index);
  }

  /** Whether every input behind the first is a constant. */
  public boolean hasConstantParameters() {
    return inputs.stream().skip(1).allMatch(Value::isConstant);
  }

  public Value output() {
    return output;
  }

  @Override
  public String toString() {
    return name + " = " + op;
  }
}
