package io.facekit.quantize.job;

import io.facekit.core.arch.Architecture;
import io.facekit.core.arch.Architectures;
import io.facekit.core.convert.TorchImporter;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tensor.WeightTally;
import io.facekit.core.torch.ModelKind;
import io.facekit.core.torch.Producer;
import io.facekit.core.torch.StateDict;
import io.facekit.core.torch.StateDictReader;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import io.facekit.core.torch.export.Pt2Reader;
import io.facekit.quantize.Progress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What a PyTorch file holds: as much of it as can be read. */
final class TorchInspection {
  /** What keeps a sound file from being exported. */
  private static final Set<ErrorId> UNSUPPORTED =
      EnumSet.of(
          ErrorId.TS_CONSTRUCT,
          ErrorId.TS_OPERATOR,
          ErrorId.TS_TRAINING,
          ErrorId.TS_SIGNATURE,
          ErrorId.TS_ARGUMENT,
          ErrorId.TS_ALIAS,
          ErrorId.TS_RAISES,
          ErrorId.PT2_CONSTRUCT,
          ErrorId.GRAPH_SHAPE,
          ErrorId.GRAPH_BATCH,
          ErrorId.ARCH_UNKNOWN,
          ErrorId.ARCH_MISMATCH,
          ErrorId.ARCH_REFUSED,
          ErrorId.TENSOR_NOT_FINITE);

  private final InspectRequest request;
  private final Path file;
  private final ModelKind kind;
  private final Optional<TorchImporter.InputSize> wanted;
  private final Progress progress;
  private List<WeightTally.Stored> weights = List.of();
  private Optional<SourceProgram> source = Optional.empty();

  private TorchInspection(InspectRequest request, ModelKind kind, Progress progress) {
    this.request = request;
    this.file = request.model();
    this.kind = kind;
    this.wanted = request.inputSize().map(s -> new TorchImporter.InputSize(s.height(), s.width()));
    this.progress = progress;
  }

  static InspectResult of(InspectRequest request, ModelKind kind, Progress progress) {
    return new TorchInspection(request, kind, progress).inspect();
  }

  private InspectResult inspect() {
    try {
      return whole(read());
    } catch (FacekitException e) {
      if (!e.problems().stream().allMatch(p -> UNSUPPORTED.contains(p.id()))) {
        throw e;
      }
      return partial(e.problems());
    }
  }

  /** Keeps what was read if something later fails. */
  private SourceProgram read() {
    SourceProgram read;
    if (StateDictReader.reads(kind)) {
      StateDict state = StateDictReader.read(file);
      weights = tally(state.tensors().values());
      read = SourceProgram.of(file, state);
    } else {
      read = SourceProgram.read(file, kind, wanted);
      weights = tally(read.program().parameters().values());
    }
    source = Optional.of(read);
    return read;
  }

  private static List<WeightTally.Stored> tally(Collection<TensorData> tensors) {
    WeightTally tally = new WeightTally();
    tensors.stream()
        .filter(t -> t.dtype() != DType.INT64 && t.dtype() != DType.BOOL)
        .forEach(tally::add);
    return tally.stored();
  }

  private InspectResult whole(SourceProgram read) {
    SourceModel model = SourceModel.of(read, wanted);
    model.notes().forEach(progress::message);
    Graph graph = model.graph();
    return new InspectResult(
        form(),
        producer(),
        model.architecture().map(InputFormats::describe),
        ToldPreprocessing.of(model).map(ToldPreprocessing::preprocessing),
        Optional.of(batch(read.program())),
        GraphFacts.described(graph.inputs()),
        GraphFacts.described(graph.outputs()),
        graph.nodes().size(),
        GraphFacts.layers(graph),
        model.parameters(),
        weights,
        OptionalLong.of(GraphFacts.macs(graph)),
        GraphFacts.ops(graph),
        request.graph() ? GraphFacts.lines(graph) : List.of(),
        List.of(),
        List.of());
  }

  private InspectResult partial(List<Problem> problems) {
    Optional<Architecture> architecture = source.flatMap(SourceProgram::architecture);
    if (source.isEmpty() && kind == ModelKind.TORCHSCRIPT) {
      Map<String, TensorData> tensors = TorchScriptReader.tensors(file);
      weights = tally(tensors.values());
      architecture = Architectures.of(tensors, file.toString());
    }
    Map<String, Integer> ops = new TreeMap<>();
    source.ifPresent(s -> s.program().calls().forEach(c -> ops.merge(c.op(), 1, Integer::sum)));
    return new InspectResult(
        form(),
        producer(),
        architecture.map(InputFormats::describe),
        Optional.empty(),
        source.map(s -> batch(s.program())),
        source.stream()
            .flatMap(s -> s.program().inputs().stream())
            .map(ScriptForm::described)
            .toList(),
        List.of(),
        source.map(s -> s.program().calls().size()).orElse(0),
        List.of(),
        WeightTally.elements(weights),
        weights,
        OptionalLong.empty(),
        GraphFacts.counts(ops),
        List.of(),
        List.of(),
        problems);
  }

  private String form() {
    Optional<String> form =
        kind == ModelKind.TORCHSCRIPT
            ? source.flatMap(s -> ScriptForm.of(s.program()))
            : Optional.empty();
    return kind.label() + form.map(f -> ", " + f).orElse("");
  }

  private Optional<String> producer() {
    return kind == ModelKind.PT2 ? Optional.of(Pt2Reader.producer(file)) : Producer.of(file, kind);
  }

  /** Every imported graph takes any number of images; weights alone were traced with none. */
  private InspectResult.Batch batch(TorchProgram program) {
    if (StateDictReader.reads(kind)) {
      return InspectResult.Batch.DYNAMIC;
    }
    return program.inputs().stream()
        .limit(1)
        .flatMap(i -> i.tracedShape().stream())
        .filter(s -> !s.isEmpty() && s.get(0) > 0)
        .map(s -> new InspectResult.Batch(OptionalLong.empty(), OptionalLong.of(s.get(0))))
        .findFirst()
        .orElse(InspectResult.Batch.DYNAMIC);
  }
}
