package io.facekit.core.convert;

import io.facekit.core.convert.TorchImporter.InputSize;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.tensor.Shape;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.Shapes;
import io.facekit.core.torch.TorchProgram;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a program's tensors, by importing what there is of it into a graph that is thrown
 * away. So the ops alone know about shapes.
 */
final class ImportedShapes implements Shapes {
  private final String archive;
  private final Optional<InputSize> wanted;
  private final Set<Integer> missing = new HashSet<>(Set.of(MISSING.id()));
  private @Nullable TorchScope scope;
  private int imported;

  ImportedShapes(String archive, Optional<InputSize> wanted) {
    this.archive = archive;
    this.wanted = wanted;
  }

  @Override
  public void begin(List<TorchProgram.Input> inputs, boolean training) {
    TorchImporter.check(inputs, training, archive);
    TorchProgram.Input input = inputs.get(0);
    InputSize size = wanted.orElseGet(() -> TorchImporter.tracedSize(input));
    scope = TorchImporter.begin(input, List.of(), new Graph(), size);
  }

  @Override
  public Optional<Shape> of(Arg.Ref tensor, List<Call> calls) {
    TorchScope importing = Objects.requireNonNull(scope, "begin comes first");
    for (; imported < calls.size(); imported++) {
      Call call = calls.get(imported);
      if (!TorchImporter.hasLowering(call.op()) || args(call).anyMatch(this::isMissing)) {
        missing.addAll(call.results());
      } else {
        TorchImporter.run(importing, call);
      }
    }
    if (missing.contains(tensor.id())) {
      return Optional.empty();
    }
    Bound bound = importing.peek(tensor, true);
    if (bound instanceof Bound.Tensor t) {
      return Optional.of(t.value().type().shape());
    }
    if (bound instanceof Bound.Items list) {
      return Optional.of(Shape.of(list.items().size()));
    }
    throw Problem.of(ErrorId.TS_CONSTRUCT, "the size of something other than a tensor is not read")
        .at(calls.isEmpty() ? archive : TorchImporter.place(calls.get(calls.size() - 1)))
        .asException();
  }

  private static Stream<Arg> args(Call call) {
    return Stream.concat(call.args().stream(), call.kwargs().values().stream());
  }

  private boolean isMissing(Arg arg) {
    if (arg instanceof Arg.Ref ref) {
      return missing.contains(ref.id());
    }
    return arg instanceof Arg.ListArg list
        ? list.items().stream().anyMatch(this::isMissing)
        : arg instanceof Arg.TupleArg tuple && tuple.items().stream().anyMatch(this::isMissing);
  }
}
