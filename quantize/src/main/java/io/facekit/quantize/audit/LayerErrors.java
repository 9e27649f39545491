package io.facekit.quantize.audit;

import io.facekit.core.convert.OnnxEmitter;
import io.facekit.core.convert.OnnxOptions;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.quant.Precision;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.QuantizedWeights;
import io.facekit.quantize.drift.SqnrDb;
import io.facekit.quantize.plan.TargetPlan;
import io.facekit.runtime.run.OnnxRunner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The error of each layer in two views: isolated, when this node alone is quantized and reads exact
 * inputs, which tells the layer to blame; and accumulated, in the whole quantized model, which
 * tells what became of it. Both are signal-to-quantization-noise ratios at the node's output.
 * Images are streamed.
 */
public final class LayerErrors implements AutoCloseable {
  private static final String CLONE = "~int8";

  private final Map<String, SqnrDb> isolated = new LinkedHashMap<>();
  private final Map<String, SqnrDb> accumulated = new LinkedHashMap<>();
  private final Session exact;
  private final Session whole;

  /** An open model and the values that it shows. */
  private record Session(OnnxRunner runner, List<String> tensors, List<String> values) {
    static Session open(Graph graph, Quantization q, List<String> values, String version) {
      OnnxEmitter.Emitted m =
          OnnxEmitter.emitObserved(graph, q, OnnxOptions.of(version).withObserved(values));
      return new Session(
          OnnxRunner.open(m.bytes(), OnnxRunner.Options.DEFAULT), m.observed(), values);
    }

    /** What every value is; the buffers hold it until the next run. */
    Map<String, FloatBuffer> run(float[] image) {
      Map<String, FloatBuffer> out = new HashMap<>();
      Map<String, String> valueOf = new HashMap<>();
      for (int i = 0; i < values.size(); i++) {
        valueOf.put(tensors.get(i), values.get(i));
      }
      runner.runAll(
          image,
          1,
          tensors,
          (tensor, data) -> out.put(Objects.requireNonNull(valueOf.get(tensor)), data));
      return out;
    }
  }

  public LayerErrors(TargetPlan plan, Quantization quantization, String version) {
    List<String> nodes =
        plan.graph().nodes().stream().filter(LayerErrors::isLayer).map(Node::name).toList();
    Graph withClones = plan.graph().copy();
    Map<String, Precision> precisions = new HashMap<>();
    Map<String, QuantParams> activations = new HashMap<>(quantization.activations());
    Map<String, QuantizedWeights> weights = new HashMap<>();
    List<String> values = new ArrayList<>(nodes);
    for (Node n : withClones.nodes()) {
      if (!isLayer(n)) {
        continue;
      }
      if (quantization.isInt8(n.name())) {
        String clone = n.name() + CLONE;
        List<Value> inputs =
            n.inputs().stream()
                .map(v -> v.isConstant() ? withClones.constant(v.name() + CLONE, v.data()) : v)
                .toList();
        withClones.append(clone, n.op(), inputs);
        precisions.put(clone, Precision.INT8);
        QuantParams out = quantization.activations().get(n.name());
        if (out != null) {
          activations.put(clone, out);
        }
        QuantizedWeights w = quantization.weights().get(n.name());
        if (w != null) {
          weights.put(clone, w);
        }
        values.add(clone);
        isolated.put(n.name(), new SqnrDb(n.name()));
      }
      accumulated.put(n.name(), new SqnrDb(n.name()));
    }
    exact =
        Session.open(
            withClones, new Quantization(precisions, activations, weights), values, version);
    whole = Session.open(plan.graph(), quantization, nodes, version);
  }

  /** Nodes that a lowering added inside a layer are not reported. */
  private static boolean isLayer(Node n) {
    return n.name().equals(n.layer());
  }

  /** Adds one image {@code [C, H, W]}. */
  public void add(float[] image) {
    Map<String, FloatBuffer> reference = exact.run(image);
    Map<String, FloatBuffer> quantized = whole.run(image);
    accumulated.forEach((n, sqnr) -> sqnr.add(value(reference, n), value(quantized, n)));
    isolated.forEach((n, sqnr) -> sqnr.add(value(reference, n), value(reference, n + CLONE)));
  }

  private static FloatBuffer value(Map<String, FloatBuffer> values, String name) {
    return Objects.requireNonNull(values.get(name));
  }

  /** By node, in decibels; only INT8 nodes. */
  public Map<String, Double> isolatedDb() {
    return values(isolated);
  }

  /** By node, in decibels. */
  public Map<String, Double> accumulatedDb() {
    return values(accumulated);
  }

  private static Map<String, Double> values(Map<String, SqnrDb> map) {
    Map<String, Double> out = new LinkedHashMap<>();
    map.forEach((n, s) -> out.put(n, s.valueDb()));
    return out;
  }

  @Override
  public void close() {
    exact.runner().close();
    whole.runner().close();
  }
}
