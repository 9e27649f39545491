package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * From a TorchScript program to a graph with a symbolic batch. Everything that has no lowering is
 * reported at once, with its place.
 */
public final class TorchImporter {
  /** Height and width that face models take where the file does not say. */
  private static final InputSize DEFAULT_SIZE = new InputSize(112, 112);

  private static final int CHANNELS = 3;

  private TorchImporter() {}

  /** Height and width of one input image, in pixels. */
  public record InputSize(int height, int width) {}

  /**
   * An imported model.
   *
   * @param notes what was changed on the way
   */
  public record Imported(Graph graph, InputSize inputSize, List<String> notes) {}

  /**
   * @param wanted the size of the input image; without it, the size the model was traced with, or
   *     112 x 112
   */
  public static Imported load(TorchProgram program, Optional<InputSize> wanted) {
    if (program.training()) {
      throw Problem.of(ErrorId.TS_TRAINING, "the model was saved in training mode")
          .at(program.archive())
          .hint("call model.eval() before torch.jit.trace")
          .asException();
    }
    if (program.inputs().size() != 1 || program.outputs().isEmpty()) {
      throw Problem.of(
              ErrorId.TS_SIGNATURE,
              "forward takes " + program.inputs().size() + " tensors, not one image batch")
          .at(program.archive())
          .asException();
    }
    refuseUnknown(program);
    Graph graph = new Graph();
    TorchProgram.Input input = program.inputs().get(0);
    List<Long> traced = input.tracedShape().orElse(List.of());
    InputSize size = wanted.orElseGet(() -> tracedSize(traced));
    int channels = traced.size() == 4 ? Math.toIntExact(traced.get(1)) : CHANNELS;
    Value x =
        graph.addInput(
            "input", TensorType.f32(Shape.batched(channels, size.height(), size.width())));
    TorchScope scope = new TorchScope(program, graph, traced.isEmpty() ? 1 : traced.get(0));
    scope.bind(input.id(), new Bound.Tensor(x));
    for (Call call : program.calls()) {
      run(scope, call);
    }
    for (var output : program.outputs()) {
      graph.addOutput(scope.output(output));
    }
    return new Imported(graph, size, List.copyOf(scope.notes()));
  }

  private static InputSize tracedSize(List<Long> traced) {
    return traced.size() == 4
        ? new InputSize(Math.toIntExact(traced.get(2)), Math.toIntExact(traced.get(3)))
        : DEFAULT_SIZE;
  }

  private static void run(TorchScope scope, Call call) {
    try {
      Optional<Bound> structural = AtenStructure.evaluate(scope, call);
      Bound result = structural.orElseGet(() -> lower(scope, call));
      scope.bind(call.results().get(0), result);
    } catch (ShapeMismatch | ArithmeticException | IllegalStateException e) {
      throw Problem.of(ErrorId.GRAPH_SHAPE, call.op() + ": " + e.getMessage())
          .at(place(call))
          .asException(e);
    }
  }

  private static Bound lower(TorchScope scope, Call call) {
    Ops.AtenBinding binding = Ops.aten(functional(call.op())).orElseThrow();
    ImportedCall imported = new ImportedCall(scope, call, binding.schema());
    Value result = binding.load().load(imported);
    if (isInPlace(call.op())
        && imported.argument(binding.schema().arguments().get(0).name())
            instanceof Bound.Tensor t) {
      scope.rebind(call, t, result);
    }
    return new Bound.Tensor(result);
  }

  private static void refuseUnknown(TorchProgram program) {
    Map<String, List<Call>> unknown =
        program.calls().stream()
            .filter(c -> !AtenStructure.knows(c.op()) && Ops.aten(functional(c.op())).isEmpty())
            .collect(Collectors.groupingBy(Call::op, TreeMap::new, Collectors.toList()));
    if (unknown.isEmpty()) {
      return;
    }
    List<String> places = new ArrayList<>();
    unknown.values().forEach(calls -> places.add(place(calls.get(0))));
    String found =
        unknown.entrySet().stream()
            .map(e -> e.getKey() + " ×" + e.getValue().size())
            .collect(Collectors.joining(", "));
    throw Problem.of(
            ErrorId.TS_OPERATOR,
            unknown.size() == 1
                ? "1 operator has no lowering"
                : unknown.size() + " operators have no lowering")
        .at(String.join(", ", places))
        .found(found)
        .hint("docs/ops.md lists the operators that facekit lowers")
        .asException();
  }

  static String place(Call call) {
    return call.scope().isEmpty() ? call.at() : call.scope() + " (" + call.at() + ")";
  }

  static boolean isInPlace(String op) {
    return op.endsWith("_") && !op.endsWith("__");
  }

  /** The name of the operator that computes the same without writing into its input. */
  static String functional(String op) {
    return isInPlace(op) ? op.substring(0, op.length() - 1) : op;
  }
}
