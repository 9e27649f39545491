package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxModel;
import io.facekit.core.op.Foreign;
import io.facekit.core.op.OpDef;
import io.facekit.core.op.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * From an ONNX graph to a graph with a symbolic batch. Everything that cannot be imported is
 * reported at once, with its place. What no output needs is left out.
 */
public final class OnnxImporter {
  private static final Set<String> QUANTIZED =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "QLinearConv",
          "QLinearMatMul",
          "ConvInteger",
          "MatMulInteger");

  private final OnnxScope scope;
  private final Problems problems = new Problems();
  private final Map<String, List<String>> unknown = new TreeMap<>();

  private OnnxImporter(OnnxScope scope) {
    this.scope = scope;
  }

  /**
   * An imported model.
   *
   * @param half whether the file stores or computes anything in float16
   * @param notes what was changed on the way
   */
  public record Imported(Graph graph, boolean half, List<String> notes) {}

  /**
   * @param wanted the size of the input image; without it, the size in the file, or 112 x 112
   * @throws FacekitException ONNX_CONSTRUCT, ONNX_OPERATOR, ONNX_ARGUMENT, ONNX_SIGNATURE,
   *     GRAPH_SHAPE, TENSOR_NOT_FINITE
   */
  public static Imported load(OnnxModel model, Optional<TorchImporter.InputSize> wanted) {
    List<OnnxModel.Step> live = live(model);
    refuseQuantized(model, live);
    OnnxScope scope = new OnnxScope(model, live);
    OnnxInputs.declare(scope, wanted);
    new OnnxImporter(scope).run(live);
    return new Imported(scope.graph(), scope.half(), List.copyOf(scope.notes()));
  }

  /** The nodes that an output needs, in order. */
  private static List<OnnxModel.Step> live(OnnxModel model) {
    Set<String> needed = new HashSet<>();
    model.outputs().forEach(o -> needed.add(o.name()));
    List<OnnxModel.Step> live = new ArrayList<>();
    for (int i = model.nodes().size() - 1; i >= 0; i--) {
      OnnxModel.Step s = model.nodes().get(i);
      if (s.outputs().stream().anyMatch(o -> !o.isEmpty() && needed.contains(o))) {
        live.add(s);
        needed.addAll(s.inputs());
      }
    }
    Collections.reverse(live);
    return live;
  }

  private static void refuseQuantized(OnnxModel model, List<OnnxModel.Step> live) {
    long quantized = live.stream().filter(s -> QUANTIZED.contains(s.type())).count();
    if (quantized > 0) {
      throw Problem.of(ErrorId.ONNX_CONSTRUCT, "the model is quantized already")
          .at(model.file())
          .found(quantized + " nodes for quantization")
          .hint("use the float model that it was made from")
          .asException();
    }
  }

  private void run(List<OnnxModel.Step> live) {
    for (OnnxModel.Step s : live) {
      if (!readsUnknown(s)) {
        step(s);
      } else {
        bindUnknown(s);
      }
    }
    reportUnknown();
    refuseForeignInHalf();
    problems.throwIfAny();
    OnnxInputs.outputs(scope);
  }

  private boolean readsUnknown(OnnxModel.Step s) {
    return s.inputs().stream()
        .anyMatch(in -> !in.isEmpty() && scope.bound(in) instanceof OnnxBound.Unknown);
  }

  private void bindUnknown(OnnxModel.Step s) {
    s.outputs().forEach(o -> scope.bind(o, new OnnxBound.Unknown()));
  }

  private void step(OnnxModel.Step s) {
    bindUnknown(s);
    try {
      Optional<OnnxBound> structural = OnnxStructure.evaluate(new OnnxNode(scope, s));
      if (structural.isPresent()) {
        scope.bind(s.outputs().get(0), structural.get());
      } else {
        lower(s);
      }
    } catch (FacekitException e) {
      boolean form = e.problems().stream().allMatch(p -> p.id() == ErrorId.ONNX_ARGUMENT);
      Optional<String> obstacle = form ? takeOver(s) : Optional.of("");
      obstacle.ifPresent(
          o -> e.problems().forEach(p -> problems.add(o.isEmpty() ? p : p.found(o))));
    } catch (ShapeMismatch | ArithmeticException | IllegalStateException e) {
      problems.add(
          Problem.of(ErrorId.GRAPH_SHAPE, OnnxNames.clean(s.operator()) + ": " + e.getMessage())
              .at(scope.place(s)));
    }
  }

  private void lower(OnnxModel.Step s) {
    Optional<OpDef.FromOnnx> load = s.domain().isEmpty() ? Ops.onnx(s.type()) : Optional.empty();
    if (load.isEmpty()) {
      takeOver(s)
          .ifPresent(
              o ->
                  unknown
                      .computeIfAbsent(s.operator(), t -> new ArrayList<>())
                      .add(scope.place(s) + ": " + o));
      return;
    }
    OnnxNodeCall call = new OnnxNodeCall(scope, s);
    try {
      Value result = load.get().load(call);
      scope.bind(s.outputs().get(0), bound(result));
      for (int i = 1; i < s.outputs().size(); i++) {
        if (call.isRead(i) && scope.bound(s.outputs().get(i)) instanceof OnnxBound.Unknown) {
          throw call.unsupported("output " + i);
        }
      }
    } catch (FacekitException e) {
      bindUnknown(s);
      call.undo();
      throw e;
    }
  }

  private static OnnxBound bound(Value result) {
    return result.isConstant()
        ? new OnnxBound.Constant(result.name(), result.data())
        : new OnnxBound.Tensor(result);
  }

  /** Lets a node pass through as it is; if it cannot, says why. */
  private Optional<String> takeOver(OnnxModel.Step s) {
    Optional<String> obstacle = new OnnxForeign(scope).add(s);
    if (obstacle.isEmpty()) {
      scope.notes().add(scope.place(s) + ": " + OnnxNames.clean(s.operator()) + " passes through");
    }
    return obstacle;
  }

  /** Float16 becomes float32 in the graph, which a node that passes through would not see. */
  private void refuseForeignInHalf() {
    if (scope.half()) {
      for (Node n : scope.graph().nodes()) {
        if (n.op() instanceof Foreign f) {
          problems.add(
              Problem.of(
                      ErrorId.ONNX_OPERATOR,
                      "operator " + OnnxNames.clean(f.operator()) + " is not known")
                  .at(n.name())
                  .found("a model that computes in float16, where nothing passes through"));
        }
      }
    }
  }

  private void reportUnknown() {
    unknown.forEach(
        (operator, places) ->
            problems.add(
                Problem.of(
                        ErrorId.ONNX_OPERATOR,
                        "operator " + OnnxNames.clean(operator) + " is not known")
                    .at(String.join(", ", places.stream().limit(10).toList()))
                    .found(places.size() + (places.size() == 1 ? " node" : " nodes"))
                    .hint("docs/ops.md lists the operators that facekit knows")));
  }
}
