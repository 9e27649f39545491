package io.facekit.core.tflite;

import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * Checks operator by operator what a runtime would otherwise divide by, allocate or abort on. The
 * shapes are computed anew, at the sizes in the file and with free sizes doubled. Needs a graph
 * that {@link OrderCheck} and {@link TensorCheck} found sound.
 */
final class OperatorCheck {
  private static final int ABSENT = -1;

  /** A free size in the second pass; the file has 1. */
  private static final int OTHER_SIZE = 2;

  private final TfliteModel model;
  private final List<Problem> problems;
  private boolean complete = true;

  OperatorCheck(TfliteModel model, List<Problem> problems) {
    this.model = model;
    this.problems = problems;
  }

  void check(Graph graph, String place) {
    if (graph.inputs().isEmpty() || graph.outputs().isEmpty()) {
      TfliteVerifier.add(problems, place, "there is no input or no output");
    }
    for (int i = 0; i < graph.tensors().size(); i++) {
      if (graph.tensors().get(i).variable()) {
        TfliteVerifier.add(problems, place + ", tensor " + i, "variables are not supported");
      }
    }
    int before = problems.size();
    pass(graph, place, 1);
    if (complete && problems.size() == before) {
      pass(graph, place + ", batch of " + OTHER_SIZE, OTHER_SIZE);
    }
  }

  /**
   * Follows the shapes; an operator behind one that fails is not checked. One without a rule is
   * believed what the file says of its outputs.
   */
  private void pass(Graph graph, String place, int freeSize) {
    Flow flow = new Flow(new HashMap<>(), new BitSet(), new HashMap<>());
    for (int i = 0; i < graph.tensors().size(); i++) {
      TensorInfo t = graph.tensors().get(i);
      if (model.buffers().get((int) t.buffer()).length() > 0) {
        flow.shapes().put(i, t.shape());
        flow.fixed().set(i);
      }
    }
    graph.inputs().forEach(i -> flow.shapes().put(i, sizes(graph.tensors().get(i), freeSize)));
    for (int i = 0; i < graph.steps().size(); i++) {
      Step step = graph.steps().get(i);
      try {
        StepView view = new StepView(model, graph, step, flow);
        Optional<OperatorRule> rule =
            OperatorTable.rule(model.codes().get((int) step.code()).operator());
        if (rule.isPresent()) {
          List<Integer> shape = shape(view, step, rule.get());
          fits(view, shape, freeSize);
          flow.shapes().put(step.outputs().get(0), shape);
        } else {
          complete = false;
          step.outputs().forEach(t -> flow.shapes().put(t, graph.tensors().get(t).shape()));
        }
        boolean fixed = step.inputs().stream().allMatch(t -> t == ABSENT || flow.fixed().get(t));
        for (int t : step.outputs()) {
          flow.producers().put(t, step);
          flow.fixed().set(t, fixed);
        }
      } catch (FacekitException e) {
        String at = place + ", operator " + i + " (" + TflitePrinter.operator(model, step) + ")";
        e.problems().forEach(p -> TfliteVerifier.add(problems, at, p.what()));
        return;
      }
    }
  }

  private static List<Integer> shape(StepView view, Step step, OperatorRule rule) {
    int inputs = step.inputs().size();
    if (inputs < rule.least() || inputs > rule.most() || step.outputs().size() != 1) {
      throw view.refuse("it has " + inputs + " inputs and " + step.outputs().size() + " outputs");
    }
    boolean has = step.optionsType() != 0;
    if (has ? step.optionsType() != rule.options() : rule.needsOptions()) {
      throw view.refuse("its options are of type " + step.optionsType());
    }
    for (int i = 0; i < inputs; i++) {
      if (!view.has(i) && i < rule.least()) {
        throw view.refuse("input " + i + " is not given");
      }
      if (view.has(i) && view.shape(i).contains(0)) {
        throw view.refuse("input " + i + " has no elements");
      }
      if (view.has(i) && TfliteTypes.elements(view.shape(i)) > Integer.MAX_VALUE) {
        throw view.refuse("input " + i + " has more than 2^31 elements");
      }
    }
    rule.elements().check(view);
    return rule.shape().output(view);
  }

  private static void fits(StepView view, List<Integer> shape, int freeSize) {
    TensorInfo out = view.output();
    if (freeSize == 1 ? !shape.equals(out.shape()) : !agrees(shape, out.sizes())) {
      throw view.refuse(
          "it gives " + shape + ", not " + (freeSize == 1 ? out.shape() : out.sizes()));
    }
  }

  private static boolean agrees(List<Integer> shape, List<Integer> signature) {
    if (shape.size() != signature.size()) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      if (signature.get(i) != -1 && !signature.get(i).equals(shape.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> sizes(TensorInfo t, int freeSize) {
    if (freeSize == 1) {
      return t.shape();
    }
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < t.shape().size(); i++) {
      out.add(t.sizes().get(i) == -1 ? OTHER_SIZE : t.shape().get(i));
    }
    return out;
  }
}
