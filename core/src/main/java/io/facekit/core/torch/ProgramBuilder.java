package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.pickle.Printable;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.TupleArg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects calls, the tensors that they use, and problems; within limits. */
public final class ProgramBuilder {
  private static final int MOST_CALLS = 100_000;
  private static final int MOST_STEPS = 2_000_000;
  private static final int MOST_PROBLEMS = 50;
  private static final String MANGLED = "___torch_mangle_";

  private final String file;
  private final Optional<Shapes> shapes;
  private final List<Call> calls = new ArrayList<>();
  private final Map<String, TensorData> parameters = new LinkedHashMap<>();
  private final Problems problems = new Problems();
  private final Set<String> reported = new LinkedHashSet<>();
  private int nextId;
  private long steps;
  private @Nullable Ref batch;
  private boolean incomplete;

  /** A builder that knows nothing about the shapes of computed tensors. */
  public ProgramBuilder(String file) {
    this(file, Optional.empty());
  }

  ProgramBuilder(String file, Optional<Shapes> shapes) {
    this.file = file;
    this.shapes = shapes;
  }

  boolean knowsShapes() {
    return shapes.isPresent();
  }

  /** The shape of a tensor; empty, and the program incomplete, if an operator is in the way. */
  Optional<Shape> shapeOf(Ref tensor) {
    Optional<Shape> shape = shapes.flatMap(s -> s.of(tensor, Collections.unmodifiableList(calls)));
    incomplete |= shape.isEmpty();
    return shape;
  }

  /** The value of a multiple of the batch size: it is read from the first input. */
  Ref batch(long factor, String scope, String at) {
    if (batch == null) {
      List<Arg> args = List.of(new Ref(0), new IntArg(0));
      batch = new Ref(add("aten::size", args, Map.of(), 1, scope, at).get(0));
    }
    return factor == 1
        ? batch
        : new Ref(
            add("aten::mul", List.of(batch, new IntArg(factor)), Map.of(), 1, scope, at).get(0));
  }

  public int newId() {
    return nextId++;
  }

  /** Adds a call that makes a number of new values. */
  public List<Integer> add(
      String op, List<Arg> args, Map<String, Arg> kwargs, int results, String scope, String at) {
    if (calls.size() >= MOST_CALLS) {
      throw tooLarge("more than " + MOST_CALLS + " operator calls", at);
    }
    args.forEach(this::use);
    kwargs.values().forEach(this::use);
    List<Integer> ids = new ArrayList<>(results);
    for (int i = 0; i < results; i++) {
      ids.add(newId());
    }
    calls.add(new Call(op, args, kwargs, ids, scope, at));
    return ids;
  }

  /** Counts work, so that no file can ask for an endless amount of it. */
  void step(long amount) {
    steps += Math.min(amount, MOST_STEPS);
    if (steps > MOST_STEPS) {
      throw tooLarge("the program does not end within " + MOST_STEPS + " steps", file);
    }
  }

  /** Registers the tensors in an argument, and checks each once for values that are not finite. */
  void use(Arg arg) {
    if (arg instanceof Const c) {
      if (parameters.put(c.name(), c.data()) == null) {
        FiniteCheck.check(c.data(), c.name(), file).ifPresent(p -> report(c.name(), p));
      }
    } else if (arg instanceof ListArg list) {
      step(list.items().size());
      list.items().forEach(this::use);
    } else if (arg instanceof TupleArg tuple) {
      step(tuple.items().size());
      tuple.items().forEach(this::use);
    }
  }

  void unsupported(String what, String at) {
    report(
        withoutMangling(at) + what,
        Problem.of(ErrorId.TS_CONSTRUCT, what + " is not read")
            .at(at)
            .hint("save a trace instead: " + Retrace.LINE));
  }

  /** A branch or loop that is another one for each input. */
  void undecided(String what, String at) {
    report(
        withoutMangling(at) + what,
        Problem.of(ErrorId.TS_CONSTRUCT, what)
            .at(at)
            .hint("a trace follows one way for good; if that is right: " + Retrace.LINE));
  }

  /** The end of a program that raises an error whatever the image. */
  FacekitException raises(String message, String at) {
    problems.throwIfAny();
    Problem problem =
        Problem.of(ErrorId.TS_RAISES, "the model raises an error for this input").at(at);
    return (message.isEmpty() ? problem : problem.found(Printable.name(message)))
        .hint("give the image size that the model takes, or correct the model")
        .asException();
  }

  /** Traces and scripts hold numbered clones of a class; what is wrong in one is wrong in all. */
  private static String withoutMangling(String at) {
    int start = at.indexOf(MANGLED);
    int end = start < 0 ? -1 : at.indexOf(".py:", start);
    return end < 0 ? at : at.substring(0, start) + at.substring(end);
  }

  public void report(String key, Problem problem) {
    if (reported.size() < MOST_PROBLEMS && reported.add(key)) {
      problems.add(problem);
    }
  }

  public TorchProgram build(List<TorchProgram.Input> inputs, Arg result, boolean training) {
    use(result);
    problems.throwIfAny();
    if (incomplete) {
      return new TorchProgram(inputs, calls, List.of(), file, training, Map.copyOf(parameters));
    }
    List<Arg> outputs =
        result instanceof TupleArg t
            ? t.items()
            : result instanceof ListArg l ? l.items() : List.of(result);
    for (Arg output : outputs) {
      if (!(output instanceof Ref) && !(output instanceof Const)) {
        throw Problem.of(ErrorId.TS_SIGNATURE, "forward returns something that is not a tensor")
            .at(file)
            .hint("return tensors only, and save again: " + Retrace.LINE)
            .asException();
      }
    }
    return new TorchProgram(
        inputs, calls, outputs, file, training, Collections.unmodifiableMap(parameters));
  }

  private static FacekitException tooLarge(String what, String at) {
    return Problem.of(ErrorId.TS_MALFORMED, what).at(at).asException();
  }
}
