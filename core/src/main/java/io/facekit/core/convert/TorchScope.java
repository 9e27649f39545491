package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The names of a program while it is imported, and the graph that grows. */
final class TorchScope {
  private final Graph graph;
  private final long tracedBatch;
  private final Map<Integer, Bound> bindings = new HashMap<>();
  private final Map<String, Value> constants = new HashMap<>();
  private final Map<String, Long> callsPerScope = new HashMap<>();
  private final Aliases aliases = new Aliases();
  private final List<String> notes = new ArrayList<>();

  TorchScope(List<Call> calls, Graph graph, long tracedBatch) {
    this.graph = graph;
    this.tracedBatch = tracedBatch;
    for (Call c : calls) {
      if (!AtenStructure.knows(c.op())) {
        callsPerScope.merge(c.scope(), 1L, Long::sum);
      }
    }
  }

  long tracedBatch() {
    return tracedBatch;
  }

  List<String> notes() {
    return notes;
  }

  void bindInput(int id, Bound.Tensor input) {
    aliases.add(input);
    bind(id, input);
  }

  /** The tensor that a call writes into if it writes in place: its first argument. */
  Optional<Bound.Tensor> self(Call call) {
    Arg first = call.args().isEmpty() ? Arg.NoneArg.NONE : call.args().get(0);
    boolean tensor = first instanceof Arg.Ref || first instanceof Arg.Const;
    return tensor && peek(first, true) instanceof Bound.Tensor t
        ? Optional.of(t)
        : Optional.empty();
  }

  void bind(int id, Bound bound) {
    bindings.put(id, bound);
  }

  /** What an argument stands for; for its size alone, also a tensor that has changed since. */
  Bound peek(Arg arg, boolean sizeOnly) {
    return sizeOnly && arg instanceof Arg.Ref r && bindings.get(r.id()) instanceof Bound.Stale stale
        ? stale.before()
        : resolve(arg);
  }

  Bound resolve(Arg arg) {
    if (arg instanceof Arg.Ref r) {
      @Nullable Bound b = bindings.get(r.id());
      if (b == null) {
        throw new IllegalStateException("a value is read before it is computed");
      }
      return current(b);
    } else if (arg instanceof Arg.Const c) {
      return new Bound.Tensor(constant(c.name(), c.data()));
    } else if (arg instanceof Arg.IntArg i) {
      return i.value() < 0 ? new Bound.Scalar(i.value()) : new Bound.Size(Dim.of(i.value()));
    } else if (arg instanceof Arg.FloatArg f) {
      return new Bound.Scalar(f.value());
    } else if (arg instanceof Arg.BoolArg b) {
      return new Bound.Flag(b.value());
    } else if (arg instanceof Arg.StrArg s) {
      return new Bound.Text(s.value());
    } else if (arg instanceof Arg.ListArg l) {
      return new Bound.Items(l.items().stream().map(this::resolve).toList());
    } else if (arg instanceof Arg.TupleArg t) {
      return new Bound.Items(t.items().stream().map(this::resolve).toList());
    }
    return new Bound.Nothing();
  }

  Value output(Arg arg) {
    if (resolve(arg) instanceof Bound.Tensor t && !t.value().isConstant()) {
      return t.value();
    }
    throw Problem.of(ErrorId.TS_SIGNATURE, "forward returns something other than a tensor")
        .asException();
  }

  /** A constant in float32; each named constant exists once. */
  Value constant(String name, TensorData data) {
    return constants.computeIfAbsent(name, n -> graph.constant(n, asFloat32(data)));
  }

  /** A constant that a call makes up: another call may give the same name to another one. */
  Value newConstant(String name, TensorData data) {
    return graph.constant(name, asFloat32(data));
  }

  private static TensorData asFloat32(TensorData data) {
    return data.dtype() == DType.FLOAT32
        ? data
        : TensorData.of(data.toFloats(), data.shape().at(1));
  }

  /**
   * Adds the node of a call. It is named by its module path; where a module makes several calls,
   * the operator's name follows.
   */
  Value node(Call call, Op op, List<Value> inputs) {
    Optional<TensorData> number = ScalarArithmetic.fold(op, inputs);
    return number.isPresent()
        ? newConstant(nodeName(call), number.get())
        : graph.append(nodeName(call), op, inputs);
  }

  String nodeName(Call call) {
    String operator = shortName(call.op());
    if (call.scope().isEmpty()) {
      return operator;
    }
    boolean alone = callsPerScope.getOrDefault(call.scope(), 0L) == 1;
    return alone ? call.scope() : call.scope() + "." + operator;
  }

  private static String shortName(String op) {
    String name = TorchImporter.functional(op).substring(op.indexOf("::") + 2);
    return switch (name) {
      case "_convolution", "conv1d", "conv2d" -> "conv";
      case "batch_norm" -> "bn";
      default -> name;
    };
  }

  void note(Call call, String text) {
    notes.add(TorchImporter.place(call) + ": " + text);
  }

  Bound.Tensor copyOf(Bound.Tensor tensor) {
    return aliases.copyOf(tensor);
  }

  /** Tells the tensors that a call makes apart from others, and remembers what they share. */
  Bound made(Call call, Optional<Bound.Tensor> source, boolean structural, Bound result) {
    if (result instanceof Bound.Items items) {
      return new Bound.Items(
          items.items().stream().map(b -> made(call, source, structural, b)).toList());
    }
    return result instanceof Bound.Tensor t ? aliases.made(call, source, structural, t) : result;
  }

  /**
   * After an in-place call every name of the old value stands for the new one, and what shares its
   * elements cannot be read any more.
   */
  void rebind(Call call, Bound.Tensor old, Bound.Tensor now) {
    if (aliases.isWeight(old)) {
      throw alias(call, call.op() + " writes into a weight of the model");
    }
    if (!now.value().type().equals(old.value().type())) {
      throw alias(call, call.op() + " gives its tensor another shape or type");
    }
    bindings.replaceAll((id, b) -> written(call, b, old, now));
  }

  private Bound written(Call call, Bound b, Bound.Tensor old, Bound.Tensor now) {
    if (b instanceof Bound.Items items) {
      return new Bound.Items(items.items().stream().map(i -> written(call, i, old, now)).toList());
    }
    if (b.equals(old)) {
      return now;
    }
    return b instanceof Bound.Tensor t && aliases.overlap(old, t) ? new Bound.Stale(t, call) : b;
  }

  private static Bound current(Bound bound) {
    if (bound instanceof Bound.Stale stale) {
      throw alias(
          stale.writer(), stale.writer().op() + " writes into a tensor whose views are read later");
    }
    if (bound instanceof Bound.Items items) {
      items.items().forEach(TorchScope::current);
    }
    return bound;
  }

  static FacekitException alias(Call call, String what) {
    return Problem.of(ErrorId.TS_ALIAS, what)
        .at(TorchImporter.place(call))
        .hint("use the form of the operator without the underscore in the model and save it again")
        .asException();
  }
}
