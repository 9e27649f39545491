package io.facekit.core.onnx;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks that every name is given once, and before it is read. */
final class NameCheck {
  private static final int MOST_PROBLEMS = 20;

  private final String file;
  private final Problems problems;
  private int found;

  NameCheck(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  void check(
      List<OnnxModel.Info> inputs,
      Set<String> constants,
      List<OnnxModel.Step> steps,
      List<OnnxModel.Info> outputs) {
    Set<String> known = new HashSet<>(constants);
    for (OnnxModel.Info in : inputs) {
      if (!known.add(in.name())) {
        report("two values are named '" + OnnxReader.printable(in.name()) + "'", file);
      }
    }
    for (OnnxModel.Step s : steps) {
      String place = StepReader.place(file, s.position(), s.type(), s.name());
      for (String in : s.inputs()) {
        if (!in.isEmpty() && !known.contains(in)) {
          report("'" + OnnxReader.printable(in) + "' is read before it is computed", place);
        }
      }
      for (String out : s.outputs()) {
        if (!out.isEmpty() && !known.add(out)) {
          report("two values are named '" + OnnxReader.printable(out) + "'", place);
        }
      }
    }
    for (OnnxModel.Info out : outputs) {
      if (!known.contains(out.name())) {
        report("output '" + OnnxReader.printable(out.name()) + "' is not computed", file);
      }
    }
  }

  private void report(String what, String place) {
    found++;
    if (found <= MOST_PROBLEMS) {
      problems.add(Problem.of(ErrorId.ONNX_MALFORMED, what).at(place));
    }
  }
}
