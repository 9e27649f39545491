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
import java.util.Optional;
import java.util.Set;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * Checks that bytes are a TFLite model that an interpreter can load, allocate and run: structure,
 * operator codes, tensors, quantization, that operators read what was written before, and what each
 * operator needs of its inputs, options and scales. Safe on untrusted bytes.
 */
public final class TfliteVerifier {
  private static final int MAX_PROBLEMS = 100;

  private TfliteVerifier() {}

  /**
   * What is wrong (at most 100 problems), all of it VERIFY_FORMAT; empty if the file can be given
   * to an interpreter. A fault in the structure hides what stands behind it. An operator that
   * facekit never writes is a problem too, as it cannot be judged. Never throws.
   *
   * @param file from position to limit; not changed
   */
  public static List<Problem> verify(ByteBuffer file) {
    return verify(file, Depth.ALL);
  }

  /**
   * Like {@link #verify(ByteBuffer)} for a file of anybody's: an operator that facekit never writes
   * is no problem, and its outputs are believed to be what the file says.
   *
   * @param file from position to limit; not changed
   */
  public static List<Problem> verifyForeign(ByteBuffer file) {
    return verify(file, Depth.KNOWN_OPERATORS);
  }

  /**
   * Like {@link #verify(ByteBuffer)}, without what each operator needs: enough to read a file, not
   * to run it.
   *
   * @param file from position to limit; not changed
   */
  public static List<Problem> verifyStructure(ByteBuffer file) {
    return verify(file, Depth.STRUCTURE);
  }

  private enum Depth {
    STRUCTURE,
    KNOWN_OPERATORS,
    ALL
  }

  private static List<Problem> verify(ByteBuffer file, Depth depth) {
    List<Problem> problems = new ArrayList<>();
    try {
      TfliteModel model = TfliteReader.read(file);
      check(model, problems);
      if (depth != Depth.STRUCTURE && problems.isEmpty()) {
        operators(model, depth == Depth.ALL, problems);
      }
    } catch (FacekitException e) {
      problems.addAll(e.problems());
    }
    return List.copyOf(problems);
  }

  private static void operators(TfliteModel model, boolean all, List<Problem> problems) {
    if (model.graphs().size() > 1) {
      add(problems, "model", "there are " + model.graphs().size() + " subgraphs, not one");
    }
    for (int i = 0; i < model.codes().size(); i++) {
      supported(model.codes().get(i), all, "operator code " + i, problems);
    }
    if (problems.isEmpty()) {
      new OperatorCheck(model, problems).check(model.graphs().get(0), "subgraph 0");
    }
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
    if (model.olderMetadata().stream().anyMatch(b -> b < 0 || b >= model.buffers().size())) {
      add(problems, "metadata", "a buffer does not exist");
    }
    model.signatures().forEach(s -> signature(s, model, problems));
  }

  private static void supported(Code code, boolean all, String place, List<Problem> problems) {
    Optional<OperatorRule> rule = OperatorTable.rule(code.operator());
    String name = BuiltinOperator.name(code.operator());
    if (rule.isEmpty()) {
      if (all) {
        add(problems, place, "facekit does not write " + name + " and cannot check it");
      }
    } else if (code.version() > rule.get().version()) {
      add(problems, place, "version " + code.version() + " of " + name + " is too new");
    }
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
