package io.facekit.core.tflite;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tflite.TfliteModel.Code;
import io.facekit.core.tflite.TfliteModel.Entry;
import io.facekit.core.tflite.TfliteModel.Graph;
import io.facekit.core.tflite.TfliteModel.Name;
import io.facekit.core.tflite.TfliteModel.Signature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * Checks that bytes are a TFLite model that an interpreter can follow: structure, operator codes,
 * tensors, quantization, and that operators read what was written before. Safe on untrusted bytes.
 */
public final class TfliteVerifier {
  private static final int MAX_PROBLEMS = 100;

  private TfliteVerifier() {}

  /**
   * What is wrong (at most 100 problems), all of it VERIFY_FORMAT; empty if the file is sound. A
   * fault in the structure hides what stands behind it. Never throws.
   *
   * @param file from position to limit; not changed
   */
  public static List<Problem> verify(ByteBuffer file) {
    List<Problem> problems = new ArrayList<>();
    try {
      check(TfliteReader.read(file), problems);
    } catch (FacekitException e) {
      problems.addAll(e.problems());
    }
    return List.copyOf(problems);
  }

  private static void check(TfliteModel model, List<Problem> problems) {
    if (model.version() != TfliteFileWriter.SCHEMA_VERSION) {
      add(problems, "model", "the schema version is " + model.version() + ", not 3");
    }
    if (model.buffers().isEmpty() || model.buffers().get(0).length() != 0) {
      add(problems, "buffers", "buffer 0 is not the empty one");
    }
    for (int i = 0; i < model.codes().size(); i++) {
      code(model.codes().get(i), "operator code " + i, problems);
    }
    if (model.graphs().isEmpty()) {
      add(problems, "model", "there is no subgraph");
    }
    for (int i = 0; i < model.graphs().size(); i++) {
      String place = "subgraph " + i;
      new TensorCheck(model, problems).check(model.graphs().get(i), place);
      new OrderCheck(model, problems).check(model.graphs().get(i), place);
    }
    for (Entry e : model.metadata()) {
      if (e.buffer() >= model.buffers().size()) {
        add(problems, "metadata", "buffer " + e.buffer() + " does not exist");
      }
    }
    model.signatures().forEach(s -> signature(s, model, problems));
  }

  private static void code(Code code, String place, List<Problem> problems) {
    int operator = code.operator();
    if (operator < 0 || operator >= BuiltinOperator.names.length) {
      add(problems, place, "operator " + operator + " is not known");
    } else if (operator == BuiltinOperator.CUSTOM) {
      add(problems, place, "a custom operator is not supported");
    }
    if (code.builtin() != 0
        && code.deprecated() != Math.min(code.builtin(), TfliteFileWriter.MAX_DEPRECATED_CODE)) {
      add(
          problems,
          place,
          "the codes for old and new runtimes are " + code.deprecated() + " and " + code.builtin());
    }
    if (code.version() < 1) {
      add(problems, place, "the operator version is " + code.version());
    }
  }

  private static void signature(Signature signature, TfliteModel model, List<Problem> problems) {
    if (signature.graph() >= model.graphs().size()) {
      add(problems, "signature", "subgraph " + signature.graph() + " does not exist");
      return;
    }
    Graph graph = model.graphs().get((int) signature.graph());
    names(signature.inputs(), graph.inputs(), "signature inputs", problems);
    names(signature.outputs(), graph.outputs(), "signature outputs", problems);
  }

  private static void names(
      List<Name> names, List<Integer> tensors, String place, List<Problem> problems) {
    Set<String> seen = new HashSet<>();
    Set<Integer> known = new HashSet<>(tensors);
    for (Name n : names) {
      if (!seen.add(n.name())) {
        add(problems, place, "a name stands twice");
      }
      if (n.tensor() > Integer.MAX_VALUE || !known.contains((int) n.tensor())) {
        add(problems, place, "tensor " + n.tensor() + " is not one of the subgraph's");
      }
    }
  }

  static void add(List<Problem> problems, String place, String what) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(Problem.of(ErrorId.VERIFY_FORMAT, what).at(place));
    }
  }
}
