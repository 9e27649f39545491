package io.facekit.quantize.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.arch.Architecture;
import io.facekit.core.arch.Architectures;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.ModelKind;
import io.facekit.core.torch.TorchProgram;
import io.facekit.core.torch.TorchScriptReader;
import io.facekit.runtime.face.PreprocessingPreset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToldPreprocessingTest {
  private static final Path SAMPLE = Path.of("..", "models", "mobilefacenet.pt");

  private static Optional<ToldPreprocessing> of(TorchProgram program, String family) {
    Architecture architecture =
        new Architecture(family, 112, 112, 512, Architectures.inputs(family));
    return ToldPreprocessing.of(
        SourceModel.of(
            new SourceProgram(
                SAMPLE, ModelKind.TORCHSCRIPT, program, Optional.of(architecture), List.of()),
            Optional.empty()));
  }

  /** The same program, which divides its input by 128 first. */
  private static TorchProgram scaling(TorchProgram p) {
    Arg.Ref input = new Arg.Ref(p.inputs().get(0).id());
    Arg.Ref scaled = new Arg.Ref(1_000_000);
    List<Call> calls = new ArrayList<>();
    calls.add(
        new Call(
            "aten::div",
            List.of(input, new Arg.IntArg(128)),
            Map.of(),
            List.of(scaled.id()),
            "",
            "net.py:1"));
    for (Call c : p.calls()) {
      List<Arg> args = c.args().stream().map(a -> a.equals(input) ? (Arg) scaled : a).toList();
      calls.add(new Call(c.op(), args, c.kwargs(), c.results(), c.scope(), c.at()));
    }
    return new TorchProgram(
        p.inputs(), calls, p.outputs(), p.archive(), p.training(), p.parameters());
  }

  @Test
  void theOnlyWayOfTheArchitecture() {
    TorchProgram sample = TorchScriptReader.read(SAMPLE);
    assertThat(of(sample, "cavaface MobileFaceNet"))
        .contains(
            new ToldPreprocessing(
                PreprocessingPreset.CAVAFACE.preprocessing(),
                "cavaface, usual for cavaface MobileFaceNet"));
    assertThat(of(sample, "TreB1eN MobileFaceNet")).isEmpty();
  }

  @Test
  void aModelThatPreparesPixelsItselfTellsNone() {
    TorchProgram sample = TorchScriptReader.read(SAMPLE);
    assertThat(of(scaling(sample), "cavaface MobileFaceNet")).isEmpty();
  }
}
