package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.SourceFile.Parameter;
import io.facekit.core.torch.TorchProgram.Input;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the program of a traced, scripted or frozen TorchScript archive (format of PyTorch 1.6 and
 * later). The file is mapped and its code is read as text; nothing in it is run. Control flow is
 * followed with what is known: attributes, and the sizes of tensors. Tensors are views on the
 * mapped file, which must not change while they are used.
 */
public final class TorchScriptReader {
  private TorchScriptReader() {}

  /**
   * The forward method of the root module.
   *
   * @throws FacekitException what {@link ModelKind#detect} throws; what {@link #refuse} gives for
   *     other kinds; PICKLE and TENSOR errors; TS_MALFORMED, TS_SIGNATURE, TS_RAISES, and
   *     TS_CONSTRUCT for all constructs at once that have no meaning in a graph
   */
  public static TorchProgram read(Path file) {
    return read(MappedFile.open(file));
  }

  /**
   * The forward method of the root module, with branches decided that depend on sizes.
   *
   * @throws FacekitException also what {@code shapes} throws
   */
  public static TorchProgram read(Path file, Shapes shapes) {
    return read(MappedFile.open(file), Optional.of(shapes));
  }

  static TorchProgram read(MappedFile mapped) {
    return read(mapped, Optional.empty());
  }

  private static TorchProgram read(MappedFile mapped, Optional<Shapes> shapes) {
    return read(Archive.open(mapped, ModelKind.TORCHSCRIPT), shapes);
  }

  /**
   * The tensors of the module in a file, by attribute path, also where its code cannot be read.
   *
   * @throws FacekitException what {@link ModelKind#detect} throws; PICKLE and TENSOR errors
   */
  public static Map<String, TensorData> tensors(Path file) {
    Archive archive = Archive.open(file, ModelKind.TORCHSCRIPT);
    return ModuleTensors.of(new Attributes(archive).root(), new TensorLoader(archive, "data/"));
  }

  /** Why a file of another kind is not read, after looking into checkpoints for worse. */
  public static FacekitException refuse(Path file, ModelKind kind) {
    try {
      return Refusal.of(MappedFile.open(file), kind);
    } catch (FacekitException e) {
      return e;
    }
  }

  private static TorchProgram read(Archive archive, Optional<Shapes> shapes) {
    Attributes attributes = new Attributes(archive);
    checkPacked(archive, attributes);
    SourceLibrary library = new SourceLibrary(archive);
    ProgramBuilder program = new ProgramBuilder(archive.fileName(), shapes);
    SourceLibrary.Function forward =
        library
            .method(attributes.root().type(), "forward")
            .orElseThrow(() -> signature(archive.fileName(), "the module has no forward method"));
    List<Input> inputs = new ArrayList<>();
    List<TorchValue> args = new ArrayList<>();
    args.add(new TorchValue.Module(attributes.root(), ""));
    List<Optional<TensorValue>> traced = TracedInputs.read(archive);
    List<Parameter> parameters = forward.def().parameters();
    for (Parameter parameter :
        parameters.subList(Math.min(1, parameters.size()), parameters.size())) {
      if (parameter.type().isPresent() && !isTensor(parameter.type().get())) {
        if (parameter.defaultValue().isPresent()) {
          break;
        }
        throw signature(
            forward.place().at(forward.def().line()),
            "forward takes " + parameter.name() + ", which is not a tensor");
      }
      Optional<TensorValue> example =
          inputs.size() < traced.size() ? traced.get(inputs.size()) : Optional.empty();
      int id = program.newId();
      inputs.add(
          new Input(
              id,
              parameter.name(),
              example.map(TensorValue::sizes),
              example.map(e -> e.storage().dtype())));
      args.add(new TorchValue.Data(new Arg.Ref(id)));
    }
    boolean training = attributes.flag("training");
    shapes.ifPresent(s -> s.begin(inputs, training));
    Arg output = new Inliner(attributes, library, program).program(forward, args);
    return program.build(inputs, output, training);
  }

  private static boolean isTensor(Expr type) {
    return type instanceof Expr.Name name && name.id().equals("Tensor");
  }

  private static FacekitException signature(String at, String what) {
    return Problem.of(ErrorId.TS_SIGNATURE, what)
        .at(at)
        .hint("save a trace with one image batch: " + Retrace.LINE)
        .asException();
  }

  /** Weights that were packed for one processor are objects, not tensors. */
  private static void checkPacked(Archive archive, Attributes attributes) {
    Optional<String> packed = attributes.opaqueConstant();
    if (packed.isPresent()) {
      throw Problem.of(
              ErrorId.TS_CONSTRUCT,
              "optimize_for_mobile packed the weights, and packed weights are not read")
          .at(archive.fileName())
          .found(packed.get())
          .hint("save the model before that step: " + Retrace.LINE)
          .asException();
    }
  }
}
