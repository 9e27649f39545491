package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.TupleArg;
import io.facekit.core.torch.SourceFile.Parameter;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Module;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks through method bodies, entering the methods and functions that they call. */
final class Inliner {
  private static final int DEEPEST = 400;

  private final Attributes attributes;
  private final SourceLibrary library;
  private final ProgramBuilder program;
  private int depth;

  Inliner(Attributes attributes, SourceLibrary library, ProgramBuilder program) {
    this.attributes = attributes;
    this.library = library;
    this.program = program;
  }

  Attributes attributes() {
    return attributes;
  }

  SourceLibrary library() {
    return library;
  }

  ProgramBuilder program() {
    return program;
  }

  /** Every recursion goes through here, so that no file can exhaust the stack. */
  void enter(String at) {
    if (++depth > DEEPEST) {
      throw Problem.of(ErrorId.TS_MALFORMED, "calls are nested deeper than " + DEEPEST)
          .at(at)
          .asException();
    }
  }

  void leave() {
    depth--;
  }

  /**
   * The value that a function returns, its calls added to the program.
   *
   * @param args positional arguments, the module itself first if there is one
   * @param scope module path of what it calls
   */
  TorchValue call(
      SourceLibrary.Function function,
      List<TorchValue> args,
      Map<String, TorchValue> kwargs,
      String scope) {
    int line = function.def().line();
    Map<String, TorchValue> variables = new HashMap<>();
    Evaluator evaluator = new Evaluator(this, function.place(), variables, scope);
    List<Parameter> parameters = function.def().parameters();
    if (args.size() > parameters.size()) {
      throw function.place().malformed(line, "a call with more arguments than parameters");
    }
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      @Nullable TorchValue value = i < args.size() ? args.get(i) : kwargs.get(parameter.name());
      if (value == null) {
        Optional<Expr> fallback = parameter.defaultValue();
        if (fallback.isEmpty()) {
          throw function.place().malformed(line, "a call without a value for a parameter");
        }
        value = evaluator.evaluate(fallback.get());
      }
      variables.put(parameter.name(), value);
    }
    return run(function.def().body(), variables, evaluator);
  }

  private TorchValue run(List<Stmt> body, Map<String, TorchValue> variables, Evaluator evaluator) {
    for (Stmt statement : body) {
      program.step(1);
      if (statement instanceof Stmt.Assign assign) {
        variables.put(assign.target(), evaluator.evaluate(assign.value()));
      } else if (statement instanceof Stmt.Unpack unpack) {
        unpack(unpack, variables, evaluator);
      } else if (statement instanceof Stmt.Evaluate evaluate) {
        evaluator.evaluate(evaluate.value());
      } else if (statement instanceof Stmt.Return result) {
        return evaluator.evaluate(result.value());
      } else if (statement instanceof Stmt.Unsupported unsupported) {
        program.unsupported(unsupported.what(), evaluator.at(unsupported.line()));
        evaluator.loseTrack();
      }
    }
    return new Data(NoneArg.NONE);
  }

  private void unpack(Stmt.Unpack unpack, Map<String, TorchValue> variables, Evaluator evaluator) {
    int count = unpack.targets().size();
    TorchValue value = evaluator.evaluate(unpack.value(), count);
    String at = evaluator.at(unpack.line());
    List<Arg> items = List.of();
    if (value instanceof Data data) {
      if (data.arg() instanceof TupleArg t) {
        items = t.items();
      } else if (data.arg() instanceof ListArg l) {
        items = l.items();
      } else if (data.arg() instanceof Ref ref) {
        items =
            program
                .add("prim::ListUnpack", List.of(ref), Map.of(), count, evaluator.scope(), at)
                .stream()
                .<Arg>map(Ref::new)
                .toList();
      }
    }
    if (items.size() != count && !(value instanceof Unknown)) {
      if (value instanceof Module) {
        program.unsupported("unpacking a module", at);
      } else {
        program.unsupported("unpacking into " + count + " names", at);
      }
    }
    for (int i = 0; i < count; i++) {
      variables.put(
          unpack.targets().get(i),
          items.size() == count ? new Data(items.get(i)) : Unknown.UNKNOWN);
    }
  }
}
