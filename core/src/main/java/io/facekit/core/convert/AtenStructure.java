package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.op.Ops;
import io.facekit.core.tensor.Dim;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Calls that leave no node in a graph: sizes and arithmetic on them, and operators that do nothing
 * at inference.
 */
final class AtenStructure {
  private static final Set<String> SIZES =
      Set.of(
          "aten::size",
          "prim::NumToTensor",
          "aten::Int",
          "aten::IntImplicit",
          "aten::ScalarImplicit");

  private static final Set<String> LISTS =
      Set.of("prim::ListUnpack", "prim::TupleUnpack", "aten::__getitem__", "aten::len");

  private static final Set<String> DROPOUTS =
      Set.of("aten::dropout", "aten::feature_dropout", "aten::alpha_dropout");

  private static final Set<String> IDENTITIES =
      Set.of("aten::contiguous", "aten::detach", "aten::alias", "aten::to", "aten::type_as");

  private AtenStructure() {}

  /** The names of all operators that leave no node, sorted. */
  static SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(SIZES);
    names.addAll(DROPOUTS);
    names.addAll(IDENTITIES);
    names.addAll(LISTS);
    names.addAll(
        List.of("aten::clone", "aten::copy", "aten::floor_divide", "aten::floordiv", "aten::t"));
    return names;
  }

  static boolean knows(String op) {
    return names().contains(TorchImporter.functional(op));
  }

  /** The result of a structural call; empty if the call needs a node. */
  static Optional<Bound> evaluate(TorchScope scope, Call call) {
    String name = TorchImporter.functional(call.op());
    Bound first = scope.peek(argument(call, 0), name.equals("aten::size"));
    if (name.equals("aten::size")) {
      return Optional.of(size(call, first, scope));
    }
    if (SIZES.contains(name)) {
      return Optional.of(first);
    }
    if (DROPOUTS.contains(name)) {
      if (scope.resolve(argument(call, 2)) instanceof Bound.Flag f && f.value()) {
        throw Problem.of(ErrorId.TS_TRAINING, "dropout is active: the model was traced in training")
            .at(TorchImporter.place(call))
            .hint("call model.eval() before torch.jit.trace")
            .asException();
      }
      return Optional.of(first);
    }
    if (IDENTITIES.contains(name)) {
      return Ops.knowsAten(name) && first instanceof Bound.Tensor
          ? Optional.empty()
          : Optional.of(first);
    }
    if (LISTS.contains(name)) {
      return Optional.of(list(scope, call, name, first));
    }
    if (name.equals("aten::clone") && first instanceof Bound.Tensor t) {
      return Optional.of(scope.copyOf(t));
    }
    if (name.equals("aten::copy") && first instanceof Bound.Tensor t) {
      return Optional.of(copied(scope, call, t));
    }
    if (SizeArithmetic.knows(name) && call.args().size() >= 2) {
      return SizeArithmetic.evaluate(name, first, scope.resolve(call.args().get(1)))
          .map(b -> b.orElseThrow(() -> unsupported(call, "arithmetic on the batch size")));
    }
    return Optional.empty();
  }

  private static Bound list(TorchScope scope, Call call, String name, Bound first) {
    if (!(first instanceof Bound.Items list)) {
      throw unsupported(call, "something other than a list");
    }
    if (name.equals("aten::len")) {
      return new Bound.Size(Dim.of(list.items().size()));
    }
    if (!name.equals("aten::__getitem__")) {
      return list;
    }
    Bound index = scope.resolve(argument(call, 1));
    int i =
        index instanceof Bound.Size s
            ? s.dim().size()
            : index instanceof Bound.Scalar n ? (int) n.value() + list.items().size() : -1;
    if (i < 0 || i >= list.items().size()) {
      throw unsupported(call, "an element that does not exist");
    }
    return list.items().get(i);
  }

  private static Arg argument(Call call, int index) {
    if (index >= call.args().size()) {
      throw unsupported(call, "argument " + (index + 1) + " is missing");
    }
    return call.args().get(index);
  }

  private static Bound size(Call call, Bound first, TorchScope scope) {
    if (!(first instanceof Bound.Tensor t)) {
      throw unsupported(call, "size of something other than a tensor");
    }
    List<Dim> dims = t.value().type().shape().dims();
    if (call.args().size() == 1) {
      return new Bound.Items(dims.stream().map(d -> (Bound) new Bound.Size(d)).toList());
    }
    Bound axis = scope.resolve(call.args().get(1));
    int i =
        axis instanceof Bound.Size s
            ? s.dim().size()
            : axis instanceof Bound.Scalar n ? (int) n.value() + dims.size() : -1;
    if (i < 0 || i >= dims.size()) {
      throw unsupported(call, "size along an axis that does not exist");
    }
    return new Bound.Size(dims.get(i));
  }

  /** What {@code self.copy_(src)} leaves in self. */
  private static Bound copied(TorchScope scope, Call call, Bound.Tensor self) {
    if (scope.resolve(argument(call, 1)) instanceof Bound.Tensor src
        && src.value().type().equals(self.value().type())) {
      return scope.copyOf(src);
    }
    throw unsupported(call, "a source of another shape or type");
  }

  private static RuntimeException unsupported(Call call, String what) {
    return Problem.of(ErrorId.TS_ARGUMENT, call.op() + ": " + what)
        .at(TorchImporter.place(call))
        .asException();
  }
}
