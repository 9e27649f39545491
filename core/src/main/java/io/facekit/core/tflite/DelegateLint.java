package io.facekit.core.tflite;

import io.facekit.core.error.FacekitException;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * Foretells which operators a delegate takes, by its own rules, without running it. The order of
 * work is that of TensorFlow Lite's XNNPACK delegate (xnnpack_delegate.cc, PrepareOpsToDelegate): a
 * DEQUANTIZE of a constant goes where its readers go.
 */
public final class DelegateLint {
  private static final String STAYS_WITH_READER = "an operator that reads it is not taken";

  private final TfliteModel model;
  private final Graph graph;
  private final DelegateRules rules;
  private final Flow flow = new Flow(new HashMap<>(), new BitSet(), new HashMap<>());

  /** The DEQUANTIZE of constants, by their output. */
  private final Map<Integer, Integer> unpacking = new HashMap<>();

  private DelegateLint(TfliteModel model, DelegateRules rules) {
    this.model = model;
    this.graph = model.graphs().get(0);
    this.rules = rules;
  }

  /**
   * @param file a model in which {@link TfliteVerifier} finds nothing wrong; not changed
   */
  public static Delegation of(ByteBuffer file, Delegate delegate) {
    DelegateLint lint = new DelegateLint(TfliteReader.read(file), delegate.rules());
    List<@Nullable String> refusals = lint.refusals();
    List<Delegation.Verdict> verdicts = new ArrayList<>();
    BitSet taken = new BitSet();
    for (int i = 0; i < refusals.size(); i++) {
      Step step = lint.graph.steps().get(i);
      taken.set(i, refusals.get(i) == null);
      verdicts.add(
          new Delegation.Verdict(
              TflitePrinter.operator(lint.model, step),
              lint.graph.tensors().get(step.outputs().get(0)).name(),
              refusals.get(i)));
    }
    return new Delegation(delegate, verdicts, Partitions.steps(lint.graph, lint.flow, taken));
  }

  private List<@Nullable String> refusals() {
    for (int i = 0; i < graph.tensors().size(); i++) {
      flow.shapes().put(i, graph.tensors().get(i).shape());
      if (model.buffers().get((int) graph.tensors().get(i).buffer()).length() > 0) {
        flow.fixed().set(i);
      }
    }
    BitSet constants = (BitSet) flow.fixed().clone();
    List<@Nullable String> refusals = new ArrayList<>();
    for (int i = 0; i < graph.steps().size(); i++) {
      Step step = graph.steps().get(i);
      refusals.add(isUnpacking(step, i) ? null : refusal(step));
      if (refusals.get(i) != null) {
        for (int t : step.inputs()) {
          Integer producer = unpacking.get(t);
          if (producer != null) {
            refusals.set(producer, STAYS_WITH_READER);
          }
        }
      }
    }
    flow.fixed().and(constants);
    return refusals;
  }

  private boolean isUnpacking(Step step, int index) {
    int operator = model.codes().get((int) step.code()).operator();
    if (operator != BuiltinOperator.DEQUANTIZE) {
      return false;
    }
    StepView view = new StepView(model, graph, step, flow);
    if (!view.isFixed(0) || !rules.unpacks(view)) {
      return false;
    }
    unpacking.put(step.outputs().get(0), index);
    flow.fixed().set(step.outputs().get(0));
    return true;
  }

  private @Nullable String refusal(Step step) {
    try {
      rules.check(
          model.codes().get((int) step.code()).operator(), new StepView(model, graph, step, flow));
      return null;
    } catch (FacekitException e) {
      return e.problems().get(0).what();
    }
  }
}
