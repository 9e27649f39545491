package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.Value;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of a program while it is imported, and the graph that grows. */
final class TorchScope {
  private final Graph graph;
  private final long tracedBatch;
  private final Map<Integer, Bound> bindings = new HashMap<>();
  private final Map<String, Value> constants = new HashMap<>();
  private final Map<String, Long> callsPerScope = new HashMap<>();
  private final Set<Value> aliased = new HashSet<>();
  private final List<String> notes = new ArrayList<>();
  private int copies;

  TorchScope(TorchProgram program, Graph graph, long tracedBatch) {
    this.graph = graph;
    this.tracedBatch = tracedBatch;
    for (Call c : program.calls()) {
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

  void bind(int id, Bound bound) {
    bindings.put(id, bound);
  }

  Bound resolve(Arg arg) {
    if (arg instanceof Arg.Ref r) {
      @Nullable Bound b = bindings.get(r.id());
      if (b == null) {
        throw new IllegalStateException("a value is read before it is computed");
      }
      return b;
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
    return graph.append(nodeName(call), op, inputs);
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
      case "_convolution", "conv2d" -> "conv";
      case "batch_norm" -> "bn";
      default -> name;
    };
  }

  void note(Call call, String text) {
    notes.add(TorchImporter.place(call) + ": " + text);
  }

  Bound copyOf(Bound.Tensor tensor) {
    copies++;
    return new Bound.Tensor(tensor.value(), copies);
  }

  /** Remembers that two values may share their elements in PyTorch. */
  void alias(Value a, Value b) {
    aliased.add(a);
    aliased.add(b);
  }

  /** After an in-place call every name of the old value stands for the new one. */
  void rebind(Call call, Bound.Tensor old, Value now) {
    if (aliased.contains(old.value())) {
      throw Problem.of(ErrorId.TS_ALIAS, call.op() + " writes into a view of another tensor")
          .at(TorchImporter.place(call))
          .hint("use the form of the operator without the underscore in the model and trace again")
          .asException();
    }
    bindings.replaceAll((id, b) -> b.equals(old) ? new Bound.Tensor(now) : b);
  }
}
