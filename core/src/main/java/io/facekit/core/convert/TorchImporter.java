package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Ops;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import java.nio.file.Path;
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
  private static final int MOST_PLACES = 10;

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
    check(program.inputs(), program.training(), program.archive());
    refuseUnknown(program);
    if (program.outputs().isEmpty()) {
      throw Problem.of(ErrorId.TS_SIGNATURE, "forward returns nothing")
          .at(program.archive())
          .asException();
    }
    Graph graph = new Graph();
    InputSize size = wanted.orElseGet(() -> tracedSize(program.inputs().get(0)));
    TorchScope scope = begin(program.inputs().get(0), program.calls(), graph, size);
    for (Call call : program.calls()) {
      run(scope, call);
    }
    for (var output : program.outputs()) {
      graph.addOutput(scope.output(output));
    }
    return new Imported(graph, size, List.copyOf(scope.notes()));
  }

  /**
   * The program of a TorchScript file, its control flow decided for the size that {@link #load}
   * takes with the same arguments.
   */
  public static TorchProgram read(Path file, Optional<InputSize> wanted) {
    return TorchScriptReader.read(
        file, new ImportedShapes(String.valueOf(file.getFileName()), wanted));
  }

  static void check(List<TorchProgram.Input> inputs, boolean training, String archive) {
    if (training) {
      throw Problem.of(ErrorId.TS_TRAINING, "the model was saved in training mode")
          .at(archive)
          .hint("call model.eval() before torch.jit.trace or torch.jit.script")
          .asException();
    }
    if (inputs.size() != 1) {
      throw Problem.of(
              ErrorId.TS_SIGNATURE,
              "forward takes " + inputs.size() + " tensors, not one image batch")
          .at(archive)
          .asException();
    }
    DType traced = inputs.get(0).dtype().orElse(DType.FLOAT32);
    if (traced != DType.UINT8 && !traced.isFloat()) {
      throw Problem.of(ErrorId.TS_SIGNATURE, "forward takes a tensor of " + traced.shortName())
          .at(archive)
          .hint("trace the model with an image batch of float32 or uint8")
          .asException();
    }
  }

  /** The scope in which the calls of a program are run; they name its nodes. */
  static TorchScope begin(TorchProgram.Input input, List<Call> calls, Graph graph, InputSize size) {
    List<Long> traced = input.tracedShape().orElse(List.of());
    int channels = traced.size() == 4 ? Math.toIntExact(traced.get(1)) : CHANNELS;
    Shape shape = Shape.batched(channels, size.height(), size.width());
    Value x = graph.addInput("input", new TensorType(elementType(input), shape));
    TorchScope scope = new TorchScope(calls, graph, traced.isEmpty() ? 1 : traced.get(0));
    scope.bindInput(input.id(), new Bound.Tensor(x));
    return scope;
  }

  static InputSize tracedSize(TorchProgram.Input input) {
    List<Long> traced = input.tracedShape().orElse(List.of());
    return traced.size() == 4
        ? new InputSize(Math.toIntExact(traced.get(2)), Math.toIntExact(traced.get(3)))
        : DEFAULT_SIZE;
  }

  /** Pixels stay bytes; float16 becomes float32, as everything in the graph. */
  private static DType elementType(TorchProgram.Input input) {
    return input.dtype().filter(d -> d == DType.UINT8).orElse(DType.FLOAT32);
  }

  static void run(TorchScope scope, Call call) {
    if (AtenAliases.reshapesInPlace(call.op())) {
      throw TorchScope.alias(call, call.op() + " changes the shape of a tensor in place");
    }
    try {
      Optional<Bound.Tensor> self = scope.self(call);
      Optional<Bound> structural = AtenStructure.evaluate(scope, call);
      Bound result = structural.orElseGet(() -> lower(scope, call));
      Bound made = scope.made(call, self, structural.isPresent(), result);
      if (isInPlace(call.op()) && self.isPresent() && made instanceof Bound.Tensor now) {
        scope.rebind(call, self.get(), now);
      }
      bind(scope, call, made);
    } catch (ShapeMismatch | ArithmeticException | IllegalStateException e) {
      throw Problem.of(ErrorId.GRAPH_SHAPE, call.op() + ": " + e.getMessage())
          .at(place(call))
          .asException(e);
    }
  }

  /**
   * A call of several results gives a list, or a value and what is not computed: the indices of a
   * maximum.
   */
  private static void bind(TorchScope scope, Call call, Bound result) {
    List<Integer> ids = call.results();
    if (ids.size() == 1) {
      scope.bind(ids.get(0), result);
      return;
    }
    List<Bound> items = result instanceof Bound.Items list ? list.items() : List.of(result);
    if (result instanceof Bound.Items && items.size() != ids.size()) {
      throw new IllegalStateException(items.size() + " values for " + ids.size() + " names");
    }
    for (int i = 0; i < ids.size(); i++) {
      scope.bind(ids.get(i), i < items.size() ? items.get(i) : new Bound.Nothing());
    }
  }

  private static Bound lower(TorchScope scope, Call call) {
    String name = functional(call.op());
    Optional<Ops.AtenListBinding> list = Ops.atenToList(name);
    if (list.isPresent()) {
      ImportedCall imported = new ImportedCall(scope, call, list.get().schema());
      return new Bound.Items(
          list.get().load().load(imported).stream().map(v -> (Bound) new Bound.Tensor(v)).toList());
    }
    Ops.AtenBinding binding =
        Ops.aten(name)
            .orElseThrow(
                () ->
                    Problem.of(ErrorId.TS_ARGUMENT, call.op() + " is read for sizes only")
                        .at(place(call))
                        .asException());
    return new Bound.Tensor(binding.load().load(new ImportedCall(scope, call, binding.schema())));
  }

  static boolean hasLowering(String op) {
    return AtenStructure.knows(op)
        || AtenAliases.reshapesInPlace(op)
        || Ops.knowsAten(functional(op));
  }

  private static void refuseUnknown(TorchProgram program) {
    Map<String, List<Call>> unknown =
        program.calls().stream()
            .filter(c -> !hasLowering(c.op()))
            .collect(Collectors.groupingBy(Call::op, TreeMap::new, Collectors.toList()));
    Problems problems = new Problems();
    unknown.forEach((op, calls) -> problems.add(noLowering(op, calls)));
    problems.throwIfAny();
  }

  private static Problem noLowering(String op, List<Call> calls) {
    String places =
        calls.stream()
            .limit(MOST_PLACES)
            .map(TorchImporter::place)
            .collect(Collectors.joining(", "));
    int more = calls.size() - MOST_PLACES;
    return Problem.of(ErrorId.TS_OPERATOR, "operator " + op + " has no lowering")
        .at(more > 0 ? places + " and " + more + " more" : places)
        .found(calls.size() + (calls.size() == 1 ? " call" : " calls"))
        .hint("docs/ops.md lists the operators that facekit lowers");
  }

  static String place(Call call) {
    return call.scope().isEmpty() ? call.at() : call.scope() + " (" + call.at() + ")";
  }

  static boolean isInPlace(String op) {
    return op.endsWith("_") && !op.endsWith("__");
  }

  /** The name of the operator that computes the same without writing into its input. */
  static String functional(String op) {
    if (op.equals("prim::ConstantChunk")) {
      return "aten::chunk";
    }
    return isInPlace(op) ? op.substring(0, op.length() - 1) : op;
  }
}
