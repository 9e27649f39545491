package io.facekit.core.pass;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Flatten;
import io.facekit.core.op.Gemm;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a Conv that sees its whole input at once, and whose output is flattened, into a Gemm. A
 * Gemm can have a float output behind integer arithmetic, a Conv cannot.
 *
 * <pre>
 * c = Conv(x [N,C,H,W], W [M,C,H,W]);  y = Flatten(c)
 *   becomes
 * f = Flatten(x);  y = Gemm(f, W [M,C*H*W])
 * </pre>
 */
public final class ConvertConvToGemm implements Pass {
  @Override
  public boolean run(Graph graph) {
    boolean changed = false;
    for (Node flatten : graph.nodes()) {
      Node conv = flatten.op() instanceof Flatten ? flatten.input(0).producer() : null;
      if (conv != null && seesWholeInput(conv) && graph.soleConsumer(conv.output()).isPresent()) {
        convert(graph, conv, flatten);
        changed = true;
      }
    }
    return changed;
  }

  private static boolean seesWholeInput(Node conv) {
    if (!(conv.op() instanceof Conv op) || op.groups() != 1 || op.isPadded()) {
      return false;
    }
    Shape x = conv.input(0).type().shape();
    Shape w = conv.input(1).type().shape();
    return conv.input(1).isConstant()
        && x.dim(2).equals(w.dim(2))
        && x.dim(3).equals(w.dim(3))
        && op.dilations().equals(List.of(1, 1));
  }

  private static void convert(Graph graph, Node conv, Node flatten) {
    Conv op = (Conv) conv.op();
    Value x = conv.input(0);
    TensorData weight = conv.input(1).data();
    int outputs = weight.shape().size(0);
    Value flat =
        flattenedBefore(graph, x, conv)
            .orElseGet(
                () ->
                    graph.insertBefore(conv, flatten.name() + ".input", new Flatten(), List.of(x)));
    List<Value> inputs = new ArrayList<>();
    inputs.add(flat);
    inputs.add(
        graph.constant(
            conv,
            conv.name() + ".weight",
            weight.reshaped(Shape.of(outputs, weight.elements() / outputs))));
    inputs.addAll(conv.inputs().subList(2, conv.inputs().size()));
    graph.replacePair(conv, flatten, new Gemm(op.activation()), inputs);
  }

  private static Optional<Value> flattenedBefore(Graph graph, Value x, Node reader) {
    return graph.consumers(x).stream()
        .takeWhile(n -> n != reader)
        .filter(n -> n.op() instanceof Flatten)
        .map(Node::output)
        .findFirst();
  }
}
