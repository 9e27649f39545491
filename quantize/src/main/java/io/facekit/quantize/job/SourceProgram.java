package io.facekit.quantize.job;

import io.facekit.core.arch.Architecture;
import io.facekit.core.arch.Architectures;
import io.facekit.core.convert.TorchImporter;
import io.facekit.core.torch.ModelKind;
import io.facekit.core.torch.StateDict;
import io.facekit.core.torch.StateDictReader;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.export.Pt2Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A PyTorch file as it was read, before anything is asked of its operators.
 *
 * @param architecture the one that its weights have the names of, if it is a known one
 * @param notes what the user must know about how it was read
 */
record SourceProgram(
    Path file,
    ModelKind kind,
    TorchProgram program,
    Optional<Architecture> architecture,
    List<String> notes) {

  /**
   * @param wanted the size of the input image, by which branches are decided
   */
  static SourceProgram read(Path file, ModelKind kind, Optional<TorchImporter.InputSize> wanted) {
    if (StateDictReader.reads(kind)) {
      return of(file, StateDictReader.read(file));
    }
    TorchProgram program =
        kind == ModelKind.PT2 ? Pt2Reader.read(file) : TorchImporter.read(file, wanted);
    return new SourceProgram(file, kind, program, Architectures.of(program), List.of());
  }

  /** Weights with the graph of the architecture that they belong to. */
  static SourceProgram of(Path file, StateDict state) {
    Architectures.Recognised r = Architectures.recognise(state);
    return new SourceProgram(
        file, state.kind(), r.program(), Optional.of(r.architecture()), r.notes());
  }
}
