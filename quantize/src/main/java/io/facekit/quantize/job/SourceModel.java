package io.facekit.quantize.job;

import io.facekit.core.arch.Architecture;
import io.facekit.core.convert.OnnxImporter;
import io.facekit.core.convert.TorchImporter;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxReader;
import io.facekit.core.pass.Pipelines;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.ModelKind;
import io.facekit.core.torch.TorchProgram;
import io.facekit.runtime.run.Runner.ImageSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model as a user has it, read and brought into canonical form.
 *
 * @param half whether its weights are float16, so that PyTorch computes in float16 too
 * @param architecture the one that its weights have the names of, if it is a known one
 * @param notes what was changed on the way
 * @param reference what artifacts of it must equal
 */
public record SourceModel(
    Path file,
    ModelKind kind,
    Graph graph,
    ImageSize size,
    boolean half,
    Optional<Architecture> architecture,
    List<String> notes,
    Reference reference) {

  /**
   * @param size of the input image; without it the size that the file tells, or 112 x 112
   */
  static SourceModel read(Path file, Optional<InputSize> size) {
    ModelKind kind = ModelKind.detect(file);
    Optional<TorchImporter.InputSize> wanted =
        size.map(s -> new TorchImporter.InputSize(s.height(), s.width()));
    if (kind == ModelKind.ONNX) {
      return onnx(file, wanted);
    }
    return of(SourceProgram.read(file, kind, wanted), wanted);
  }

  static SourceModel of(SourceProgram source, Optional<TorchImporter.InputSize> wanted) {
    TorchProgram program = source.program();
    TorchImporter.Imported imported = TorchImporter.load(program, wanted);
    Graph graph = imported.graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    Shape input = graph.inputs().get(0).type().shape();
    List<String> all = new ArrayList<>(source.notes());
    all.addAll(imported.notes());
    return new SourceModel(
        source.file(),
        source.kind(),
        graph,
        new ImageSize(input.size(1), input.size(2), input.size(3)),
        isHalf(program),
        source.architecture(),
        List.copyOf(all),
        source.kind() == ModelKind.TORCHSCRIPT
            ? Reference.torchScript(source.file(), program)
            : Reference.program(program.archive(), program));
  }

  /** Whether the model takes pixels as bytes, and so has its own preprocessing. */
  public boolean takesBytes() {
    return graph.inputs().get(0).type().dtype() == DType.UINT8;
  }

  private static SourceModel onnx(Path file, Optional<TorchImporter.InputSize> wanted) {
    OnnxImporter.Imported imported = OnnxImporter.load(OnnxReader.read(file), wanted);
    Graph graph = imported.graph();
    Pipelines.run(Pipelines.CANONICAL, graph);
    Shape input = graph.inputs().get(0).type().shape();
    if (graph.inputs().size() != 1 || input.rank() != 4 || !input.dim(0).equals(Dim.BATCH)) {
      throw Problem.of(ErrorId.ONNX_SIGNATURE, "the model does not take one image batch")
          .at(file.toString())
          .found(graph.inputs().stream().map(Value::toString).collect(Collectors.joining(", ")))
          .asException();
    }
    return new SourceModel(
        file,
        ModelKind.ONNX,
        graph,
        new ImageSize(input.size(1), input.size(2), input.size(3)),
        imported.half(),
        Optional.empty(),
        imported.notes(),
        Reference.onnx(file));
  }

  private static boolean isHalf(TorchProgram program) {
    return program.calls().stream()
        .map(Call::args)
        .flatMap(List::stream)
        .anyMatch(a -> a instanceof Arg.Const c && c.data().dtype() == DType.FLOAT16);
  }

  /** The file's name without its extension. */
  public String stem() {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  /** Number of constants that the graph reads. */
  public long parameters() {
    Set<Value> constants = new HashSet<>();
    graph
        .nodes()
        .forEach(n -> n.inputs().stream().filter(Value::isConstant).forEach(constants::add));
    return constants.stream().mapToLong(v -> v.data().elements()).sum();
  }
}
