package io.facekit.core.tflite;

import io.facekit.core.error.Problem;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Step;
import io.facekit.core.tflite.TfliteModel.TensorInfo;
import java.util.BitSet;
import java.util.List;

/** Checks that indices exist and that each tensor is written once, before it is read. */
final class OrderCheck {
  /** An optional input that is not given. */
  private static final int ABSENT = -1;

  private final TfliteModel model;
  private final List<Problem> problems;
  private final BitSet written = new BitSet();

  OrderCheck(TfliteModel model, List<Problem> problems) {
    this.model = model;
    this.problems = problems;
  }

  void check(Graph graph, String place) {
    int tensors = graph.tensors().size();
    for (int i = 0; i < tensors; i++) {
      if (isConstant(graph.tensors().get(i))) {
        written.set(i);
      }
    }
    write(graph.inputs(), tensors, place + ", inputs");
    for (int i = 0; i < graph.tensors().size(); i++) {
      if (graph.tensors().get(i).variable()) {
        written.set(i);
      }
    }
    for (int i = 0; i < graph.steps().size(); i++) {
      Step step = graph.steps().get(i);
      String at = place + ", operator " + i;
      if (step.code() >= model.codes().size()) {
        add(at, "operator code " + step.code() + " does not exist");
      }
      if ((step.optionsType() == 0) != (step.options() == null)) {
        add(at, "the options and their type do not stand together");
      }
      TfliteOptions.text(step);
      read(step.inputs(), tensors, at, true);
      write(step.outputs(), tensors, at);
    }
    read(graph.outputs(), tensors, place + ", outputs", false);
  }

  private boolean isConstant(TensorInfo t) {
    boolean hasContents =
        t.buffer() < model.buffers().size() && model.buffers().get((int) t.buffer()).length() > 0;
    return hasContents || (!t.shape().isEmpty() && t.shape().contains(0));
  }

  private void read(List<Integer> tensors, int count, String at, boolean mayBeAbsent) {
    for (int t : tensors) {
      if (t == ABSENT && mayBeAbsent) {
        continue;
      }
      if (t < 0 || t >= count) {
        add(at, "tensor " + t + " does not exist");
      } else if (!written.get(t)) {
        add(at, "tensor " + t + " is read before it is written");
      }
    }
  }

  private void write(List<Integer> tensors, int count, String at) {
    for (int t : tensors) {
      if (t < 0 || t >= count) {
        add(at, "tensor " + t + " does not exist");
      } else if (written.get(t)) {
        add(at, "tensor " + t + " is written twice");
      } else {
        written.set(t);
      }
    }
  }

  private void add(String at, String what) {
    TfliteVerifier.add(problems, at, what);
  }
}
