package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.SourceFile.Parameter;
import io.facekit.core.torch.TorchProgram.Input;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the program of a traced or frozen TorchScript archive (format of PyTorch 1.6 and later).
 * The file is mapped and its code is read as text; nothing in it is run. Tensors are views on the
 * mapped file, which must not change while they are used.
 */
public final class TorchScriptReader {
  private TorchScriptReader() {}

  /**
   * The forward method of the root module.
   *
   * @throws FacekitException what {@link ModelKind#detect} throws; what {@link #refuse} gives for
   *     other kinds; PICKLE and TENSOR errors; TS_MALFORMED, TS_SIGNATURE, and TS_CONSTRUCT for all
   *     constructs at once that only scripted models have
   */
  public static TorchProgram read(Path file) {
    return read(MappedFile.open(file));
  }

  static TorchProgram read(MappedFile mapped) {
    return read(Archive.open(mapped, ModelKind.TORCHSCRIPT));
  }

  /** Why a file of another kind is not read, after looking into checkpoints for worse. */
  public static FacekitException refuse(Path file, ModelKind kind) {
    try {
      return Refusal.of(MappedFile.open(file), kind);
    } catch (FacekitException e) {
      return e;
    }
  }

  private static TorchProgram read(Archive archive) {
    Attributes attributes = new Attributes(archive);
    checkMobile(archive, attributes);
    SourceLibrary library = new SourceLibrary(archive);
    ProgramBuilder program = new ProgramBuilder(archive.fileName());
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
    TorchValue result = new Inliner(attributes, library, program).call(forward, args, Map.of(), "");
    Arg output = result instanceof TorchValue.Data data ? data.arg() : NoneArg.NONE;
    return program.build(inputs, output, attributes.flag("training"));
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

  private static void checkMobile(Archive archive, Attributes attributes) {
    Optional<String> opaque = attributes.opaqueConstant();
    if (attributes.flag("mobile_optimized") || opaque.isPresent()) {
      Problem problem =
          Problem.of(
                  ErrorId.TS_CONSTRUCT,
                  "the file was rewritten by optimize_for_mobile, which is not read")
              .at(archive.fileName())
              .hint("save the model before that step: " + Retrace.LINE);
      throw opaque.map(problem::found).orElse(problem).asException();
    }
  }
}
