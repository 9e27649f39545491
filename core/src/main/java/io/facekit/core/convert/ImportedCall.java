package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.op.AtenCall;
import io.facekit.core.op.AtenSchema;
import io.facekit.core.pickle.Printable;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A call of the program with its arguments matched to the operator's schema. */
final class ImportedCall implements AtenCall {
  private final TorchScope scope;
  private final Call call;
  private final AtenSchema schema;

  ImportedCall(TorchScope scope, Call call, AtenSchema schema) {
    this.scope = scope;
    this.call = call;
    this.schema = schema;
    if (call.args().size() > schema.arguments().size()) {
      throw unsupported(call.args().size() + " arguments");
    }
    call.kwargs().forEach(this::checkKeyword);
  }

  /** An argument that the schema here does not have, such as {@code out}, must be None. */
  private void checkKeyword(String name, Arg value) {
    if (!(value instanceof Arg.NoneArg)
        && schema.arguments().stream().noneMatch(a -> a.name().equals(name))) {
      throw unsupported("the argument " + Printable.name(name));
    }
  }

  Bound argument(String name) {
    Arg keyword = call.kwargs().get(name);
    if (keyword != null) {
      return scope.resolve(keyword);
    }
    List<AtenSchema.Argument> arguments = schema.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).name().equals(name)) {
        return i < call.args().size()
            ? scope.resolve(call.args().get(i))
            : fallback(arguments.get(i));
      }
    }
    throw new IllegalArgumentException(schema.name() + " has no argument " + name);
  }

  private Bound fallback(AtenSchema.Argument argument) {
    String text =
        argument.defaultText().orElseThrow(() -> unsupported("without " + argument.name()));
    return switch (text) {
      case "None" -> new Bound.Nothing();
      case "True" -> new Bound.Flag(true);
      case "False" -> new Bound.Flag(false);
      case "[]" -> new Bound.Items(List.of());
      default -> {
        if (text.startsWith("'")) {
          yield new Bound.Text(text.substring(1, text.length() - 1));
        }
        double number = Double.parseDouble(text);
        yield text.matches("\\d+")
            ? new Bound.Size(Dim.of((long) number))
            : new Bound.Scalar(number);
      }
    };
  }

  @Override
  public Value tensor(String argument) {
    return optionalTensor(argument).orElseThrow(() -> wrong(argument, "a tensor"));
  }

  @Override
  public Value anyTensor(String argument) {
    if (argument(argument) instanceof Bound.Tensor t) {
      return t.value();
    }
    throw wrong(argument, "a tensor");
  }

  @Override
  public List<Value> tensors(String argument) {
    return items(argument).stream()
        .map(b -> b instanceof Bound.Tensor t ? floats(t) : null)
        .map(v -> Optional.ofNullable(v).orElseThrow(() -> wrong(argument, "a list of tensors")))
        .toList();
  }

  @Override
  public List<Optional<Value>> optionalTensors(String argument) {
    return items(argument).stream()
        .map(b -> b instanceof Bound.Tensor t ? Optional.of(t.value()) : Optional.<Value>empty())
        .toList();
  }

  private List<Bound> items(String argument) {
    if (argument(argument) instanceof Bound.Items items) {
      return items.items();
    }
    throw wrong(argument, "a list");
  }

  private Value floats(Bound.Tensor tensor) {
    if (tensor.value().type().dtype() != DType.FLOAT32) {
      throw unsupported("arithmetic on " + tensor.value().type());
    }
    return tensor.value();
  }

  @Override
  public Optional<Value> optionalTensor(String argument) {
    Bound b = argument(argument);
    if (b instanceof Bound.Tensor t) {
      return Optional.of(floats(t));
    }
    if (isNumber(argument)) {
      float[] scalar = {(float) number(argument)};
      return Optional.of(constant(argument, TensorData.of(scalar)));
    }
    return Optional.empty();
  }

  @Override
  public boolean isNumber(String argument) {
    Bound b = argument(argument);
    return b instanceof Bound.Scalar || (b instanceof Bound.Size s && !s.dim().symbolic());
  }

  @Override
  public boolean isTensor(String argument) {
    return argument(argument) instanceof Bound.Tensor;
  }

  @Override
  public boolean isText(String argument) {
    return argument(argument) instanceof Bound.Text;
  }

  @Override
  public boolean has(String argument) {
    return schema.arguments().stream().anyMatch(a -> a.name().equals(argument));
  }

  @Override
  public boolean isNone(String argument) {
    return argument(argument) instanceof Bound.Nothing;
  }

  @Override
  public List<Integer> ints(String argument, int count) {
    List<Integer> list = ints(argument);
    if (list.size() == 1) {
      return Collections.nCopies(count, list.get(0));
    }
    if (list.size() != count) {
      throw wrong(argument, count + " integers");
    }
    return list;
  }

  @Override
  public List<Integer> ints(String argument) {
    return argument(argument) instanceof Bound.Items items
        ? items.items().stream().map(b -> integer(argument, b)).toList()
        : List.of(integer(argument));
  }

  @Override
  public int integer(String argument) {
    return integer(argument, argument(argument));
  }

  @Override
  public int axis(String argument, int rank) {
    return axis(integer(argument), rank);
  }

  private int axis(int axis, int rank) {
    int counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw unsupported("axis " + axis + " of " + rank + " axes");
    }
    return counted;
  }

  @Override
  public List<Integer> axes(String argument, int rank) {
    if (isNone(argument)) {
      return IntStream.range(0, rank).boxed().toList();
    }
    return ints(argument).stream().map(a -> axis(a, rank)).sorted().distinct().toList();
  }

  @Override
  public List<Double> numbers(String argument) {
    return argument(argument) instanceof Bound.Items items
        ? items.items().stream().map(b -> number(argument, b)).toList()
        : List.of(number(argument));
  }

  private int integer(String argument, Bound b) {
    if (b instanceof Bound.Size s && !s.dim().symbolic() && s.dim().factor() <= Integer.MAX_VALUE) {
      return s.dim().size();
    }
    if (b instanceof Bound.Scalar n && n.value() == Math.rint(n.value())) {
      return (int) n.value();
    }
    throw wrong(argument, "an integer");
  }

  @Override
  public double number(String argument) {
    return number(argument, argument(argument));
  }

  private double number(String argument, Bound b) {
    if (b instanceof Bound.Scalar n) {
      return n.value();
    }
    // The largest long stands for the end of an axis.
    return b instanceof Bound.Size s && !s.dim().symbolic()
        ? s.dim().factor()
        : integer(argument, b);
  }

  @Override
  public String text(String argument) {
    if (argument(argument) instanceof Bound.Text t) {
      return t.value();
    }
    throw wrong(argument, "a string");
  }

  @Override
  public boolean bool(String argument) {
    if (argument(argument) instanceof Bound.Flag f) {
      return f.value();
    }
    throw wrong(argument, "True or False");
  }

  @Override
  public List<Optional<Dim>> sizes(String argument) {
    if (!(argument(argument) instanceof Bound.Items items)) {
      throw wrong(argument, "a list of sizes");
    }
    return items.items().stream().map(b -> size(argument, b)).toList();
  }

  private Optional<Dim> size(String argument, Bound b) {
    if (b instanceof Bound.Size s) {
      return Optional.of(s.dim());
    }
    if (b instanceof Bound.Scalar n && n.value() == -1) {
      return Optional.empty();
    }
    throw wrong(argument, "sizes");
  }

  @Override
  public long tracedBatch() {
    return scope.tracedBatch();
  }

  @Override
  public Value node(Op op, List<Value> inputs) {
    return scope.node(call, op, inputs);
  }

  @Override
  public Value constant(String suffix, TensorData data) {
    return scope.newConstant(scope.nodeName(call) + "." + suffix, data);
  }

  @Override
  public void note(String text) {
    scope.note(call, text);
  }

  @Override
  public RuntimeException unsupported(String what) {
    return Problem.of(ErrorId.TS_ARGUMENT, call.op() + ": " + what + " is not supported")
        .at(TorchImporter.place(call))
        .asException();
  }

  private RuntimeException wrong(String argument, String expected) {
    return Problem.of(ErrorId.TS_ARGUMENT, call.op() + " needs " + expected + " as " + argument)
        .at(TorchImporter.place(call))
        .asException();
  }
}
