package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.SourceFile.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Enters methods and functions with their arguments. */
final class Inliner {
  private static final int DEEPEST = 150;

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

  /** What a program returns whose calls are those of a method of the root module. */
  Arg program(SourceLibrary.Function forward, List<TorchValue> args) {
    TorchValue result = call(forward, args, Map.of(), "");
    int line = forward.def().line();
    if (result instanceof TorchValue.Dictionary) {
      program.unsupported("a dictionary as the result", forward.place().at(line));
      return NoneArg.NONE;
    }
    return new Evaluator(this, forward.place(), Map.of(), "").operand(result, line);
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
    return new BodyWalker(this, evaluator, variables)
        .run(function.def().body())
        .orElse(TorchValue.of(NoneArg.NONE));
  }
}
