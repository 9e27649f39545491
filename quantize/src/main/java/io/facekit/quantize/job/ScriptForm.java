package io.facekit.quantize.job;

import io.facekit.core.tensor.DType;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How a TorchScript archive came about. */
final class ScriptForm {
  private ScriptForm() {}

  /**
   * Traces hold the operator that a convolution dispatches to, scripts the one that was called; new
   * traces also hold the sizes of their example. A frozen module has no attributes but constants.
   */
  static Optional<String> of(TorchProgram program) {
    Set<String> ops = program.calls().stream().map(Call::op).collect(Collectors.toSet());
    boolean example = program.inputs().stream().anyMatch(i -> i.tracedShape().isPresent());
    boolean frozen =
        !program.parameters().isEmpty()
            && program.parameters().keySet().stream().allMatch(n -> n.startsWith("CONSTANTS."));
    Optional<String> made =
        example || ops.contains("aten::_convolution")
            ? Optional.of("traced")
            : ops.contains("aten::conv2d") ? Optional.of("scripted") : Optional.empty();
    return frozen ? Optional.of(made.map(m -> m + " and frozen").orElse("frozen")) : made;
  }

  /** Name, type and shape of an input, as far as the file tells. */
  static String described(TorchProgram.Input input) {
    return input.name()
        + input.dtype().map(DType::shortName).map(d -> " " + d).orElse("")
        + input
            .tracedShape()
            .map(
                sizes ->
                    sizes.stream()
                        .skip(1)
                        .map(String::valueOf)
                        .collect(Collectors.joining(",", "[batch,", "]")))
            .orElse("");
  }
}
