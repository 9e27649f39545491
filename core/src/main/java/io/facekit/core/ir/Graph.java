package io.facekit.core.ir;

import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A graph of nodes in an order in which they can run. Edits go through the few methods here, which
 * keep types, names and order right.
 */
public final class Graph {
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** For names that were wanted more than once, the first number that may be free. */
  private final Map<String, Integer> numbers = new HashMap<>();

  public List<Value> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  public List<Value> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  /** A snapshot: it may be iterated while the graph is edited. */
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  public Value addInput(String name, TensorType type) {
    Value v = new Value(claim(name), type, null);
    inputs.add(v);
    return v;
  }

  /** A constant. Not listed anywhere: it lives as long as a node reads it. */
  public Value constant(String name, TensorData data) {
    return new Value(claim(name), new TensorType(data.dtype(), data.shape()), data);
  }

  /**
   * A constant for the node that is about to take {@code reader}'s place. The names of constants
   * that only {@code reader} reads are free for it.
   */
  public Value constant(Node reader, String name, TensorData data) {
    for (Value in : reader.inputs) {
      if (in.isConstant() && in.name().equals(name) && consumers(in).size() == 1) {
        names.remove(name);
      }
    }
    return constant(name, data);
  }

  public void addOutput(Value value) {
    outputs.add(value);
  }

  /** Appends a node that is a layer of its own. */
  public Value append(String name, Op op, List<Value> nodeInputs) {
    String unique = claim(name);
    return insert(nodes.size(), unique, unique, op, nodeInputs);
  }

  /** Appends a node that is a part of the given layer. */
  Value append(String name, String layer, Op op, List<Value> nodeInputs) {
    return insert(nodes.size(), claim(name), layer, op, nodeInputs);
  }

  /** Adds a node just before {@code anchor}, as a part of {@code anchor}'s layer. */
  public Value insertBefore(Node anchor, String name, Op op, List<Value> nodeInputs) {
    return insert(position(anchor), claim(name), anchor.layer(), op, nodeInputs);
  }

  private Value insert(int at, String name, String layer, Op op, List<Value> nodeInputs) {
    TensorType type = op.infer(nodeInputs.stream().map(Value::type).toList());
    Value out = new Value(name, type, null);
    nodes.add(at, new Node(name, layer, op, nodeInputs, out));
    return out;
  }

  /**
   * Puts another op with other inputs in a node's place, under the same name and layer. The type of
   * the output must stay.
   */
  public Value replaceNode(Node old, Op op, List<Value> nodeInputs) {
    int at = position(old);
    free(old.name());
    Value out = insert(at, claim(old.name()), old.layer(), op, nodeInputs);
    replaceUses(old.output(), out);
    remove(old);
    names.add(out.name());
    return out;
  }

  /**
   * Puts one node in the place of a node and its only reader. It has the first one's name and layer
   * and the second one's output type.
   */
  public Value replacePair(Node first, Node second, Op op, List<Value> nodeInputs) {
    int at = position(second);
    free(first.name());
    Value out = insert(at, claim(first.name()), first.layer(), op, nodeInputs);
    replaceUses(second.output(), out);
    remove(second);
    remove(first);
    names.add(out.name());
    return out;
  }

  /** Lets every reader of {@code old} read {@code replacement}, which must have the same type. */
  public void replaceUses(Value old, Value replacement) {
    if (!old.type().equals(replacement.type())) {
      throw new ShapeMismatch("cannot replace " + old + " by " + replacement);
    }
    for (Node n : nodes) {
      n.inputs.replaceAll(v -> v == old ? replacement : v);
    }
    outputs.replaceAll(v -> v == old ? replacement : v);
  }

  /** Removes a node that nothing reads. */
  public void remove(Node node) {
    if (!isUnused(node)) {
      throw new IllegalStateException("node '" + node.name() + "' is still read");
    }
    drop(node);
  }

  private void drop(Node node) {
    nodes.remove(node);
    free(node.name());
  }

  /** Removes every node whose result cannot reach an output. */
  public boolean removeDeadNodes() {
    boolean changed = false;
    Set<Value> read = new HashSet<>(outputs);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (read.contains(node.output())) {
        read.addAll(node.inputs());
      } else {
        drop(node);
        changed = true;
      }
    }
    return changed;
  }

  private boolean isUnused(Node node) {
    return !isOutput(node.output()) && consumers(node.output()).isEmpty();
  }

  public boolean isOutput(Value value) {
    return outputs.stream().anyMatch(v -> v == value);
  }

  /** The nodes that read a value, in order, each once. */
  public List<Node> consumers(Value value) {
    return nodes.stream().filter(n -> n.inputs.stream().anyMatch(v -> v == value)).toList();
  }

  /** The only reader of a value, if there is exactly one and the value is not an output. */
  public Optional<Node> soleConsumer(Value value) {
    List<Node> readers = consumers(value);
    return readers.size() == 1 && !isOutput(value) ? Optional.of(readers.get(0)) : Optional.empty();
  }

  public Optional<Node> node(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst();
  }

  /** An independent graph with the same nodes. Constants are shared: they never change. */
  public Graph copy() {
    return copy(outputs);
  }

  /** An independent graph with the same inputs that computes these values alone. */
  public Graph copyFor(List<Value> wanted) {
    Graph copy = copy(wanted);
    copy.removeDeadNodes();
    return copy;
  }

  private Graph copy(List<Value> wanted) {
    Graph copy = new Graph();
    Map<Value, Value> map = new HashMap<>();
    for (Value in : inputs) {
      map.put(in, copy.addInput(in.name(), in.type()));
    }
    for (Node n : nodes) {
      for (Value in : n.inputs) {
        if (in.isConstant()) {
          map.computeIfAbsent(in, v -> copy.constant(v.name(), v.data()));
        }
      }
      List<Value> mapped = n.inputs.stream().map(map::get).toList();
      map.put(
          n.output(),
          copy.insert(copy.nodes.size(), copy.claim(n.name()), n.layer(), n.op(), mapped));
    }
    wanted.forEach(v -> copy.addOutput(Objects.requireNonNull(map.get(v))));
    return copy;
  }

  private int position(Node node) {
    int at = nodes.indexOf(node);
    if (at < 0) {
      throw new IllegalArgumentException("node '" + node.name() + "' is not in this graph");
    }
    return at;
  }

  private String claim(String wanted) {
    if (names.add(wanted)) {
      return wanted;
    }
    int number = numbers.getOrDefault(wanted, 1);
    while (!names.add(wanted + "_" + number)) {
      number++;
    }
    numbers.put(wanted, number + 1);
    return wanted + "_" + number;
  }

  private void free(String name) {
    names.remove(name);
    numbers.clear();
  }
}
