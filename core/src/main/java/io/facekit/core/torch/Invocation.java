package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Arg.TupleArg;
import io.facekit.core.torch.TorchValue.Batch;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Dotted;
import io.facekit.core.torch.TorchValue.Items;
import io.facekit.core.torch.TorchValue.Module;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluates the calls in one function body: of methods, functions and operators. */
final class Invocation {
  private static final int DEEPEST_LIST = 8;

  private final Inliner inliner;
  private final ProgramBuilder program;
  private final Evaluator evaluator;

  Invocation(Inliner inliner, Evaluator evaluator) {
    this.inliner = inliner;
    this.program = inliner.program();
    this.evaluator = evaluator;
  }

  /**
   * @param results how many values an operator makes
   */
  TorchValue invoke(Expr.Invoke invoke, int results) {
    if (invoke.function() instanceof Expr.Attribute attribute) {
      TorchValue base = evaluator.evaluate(attribute.base());
      if (base instanceof Module module) {
        return method(module, attribute.name(), invoke);
      }
      return invoke(evaluator.attribute(base, attribute.name(), attribute.line()), invoke, results);
    }
    return invoke(evaluator.evaluate(invoke.function()), invoke, results);
  }

  private TorchValue method(Module module, String name, Expr.Invoke invoke) {
    Optional<SourceLibrary.Function> method =
        inliner.library().method(module.object().type(), name);
    if (method.isEmpty()) {
      return evaluator.unsupported("the call of " + name + " on a module", invoke.line());
    }
    List<TorchValue> args = new ArrayList<>(invoke.args().size() + 1);
    args.add(module);
    return inline(method.get(), args, invoke, module.path());
  }

  private TorchValue inline(
      SourceLibrary.Function function, List<TorchValue> args, Expr.Invoke invoke, String path) {
    args.addAll(values(invoke.args()));
    return inliner.call(function, args, keywords(invoke), path);
  }

  private List<TorchValue> values(List<Expr> exprs) {
    List<TorchValue> values = new ArrayList<>(exprs.size());
    exprs.forEach(expr -> values.add(evaluator.evaluate(expr)));
    return values;
  }

  private Map<String, TorchValue> keywords(Expr.Invoke invoke) {
    Map<String, TorchValue> kwargs = new LinkedHashMap<>();
    for (Expr.Keyword keyword : invoke.kwargs()) {
      kwargs.put(keyword.name(), evaluator.evaluate(keyword.value()));
    }
    return kwargs;
  }

  private TorchValue invoke(TorchValue function, Expr.Invoke invoke, int results) {
    if (function == Unknown.UNKNOWN) {
      return function;
    }
    if (!(function instanceof Dotted dotted)) {
      return evaluator.unsupported("a call of a value", invoke.line());
    }
    String name = dotted.name();
    if (name.startsWith("torch.")) {
      String op = name.substring(6);
      if (op.indexOf('.') >= 0) {
        return evaluator.unsupported("the function " + name, invoke.line());
      }
      return op.equals("device") && invoke.args().size() == 1
          ? evaluator.evaluate(invoke.args().get(0))
          : operator("aten::" + op, invoke, results);
    }
    if (name.startsWith("ops.")) {
      int dot = name.indexOf('.', 4);
      if (dot < 0) {
        return evaluator.unsupported("the function " + name, invoke.line());
      }
      return operator(name.substring(4, dot) + "::" + name.substring(dot + 1), invoke, results);
    }
    if (name.startsWith("__torch__.")) {
      Optional<SourceLibrary.Function> target = inliner.library().function(name);
      return target.isEmpty()
          ? evaluator.unsupported("the call of " + name, invoke.line())
          : inline(target.get(), new ArrayList<>(), invoke, evaluator.scope());
    }
    return builtin(name, invoke);
  }

  private TorchValue builtin(String name, Expr.Invoke invoke) {
    List<Expr> args = invoke.args();
    switch (name) {
      case "annotate", "unchecked_cast" -> {
        if (args.size() == 2) {
          return evaluator.evaluate(args.get(1));
        }
      }
      case "uninitialized" -> {
        return Unknown.UNINITIALIZED;
      }
      case "getattr" -> {
        if (args.size() == 2
            && args.get(1) instanceof Expr.Literal literal
            && literal.value() instanceof StrArg attribute) {
          TorchValue base = evaluator.evaluate(args.get(0));
          return evaluator.attribute(base, attribute.value(), invoke.line());
        }
      }
      case "int", "float", "bool" -> {
        String op = name.equals("int") ? "Int" : name.equals("float") ? "Float" : "Bool";
        if (args.size() == 1) {
          return operator("aten::" + op, invoke, 1);
        }
      }
      case "str", "print" -> {
        return operator(name.equals("str") ? "aten::str" : "prim::Print", invoke, 1);
      }
      default -> {}
    }
    return evaluator.unsupported("the name or function " + name, invoke.line());
  }

  private TorchValue operator(String op, Expr.Invoke invoke, int results) {
    List<TorchValue> args = values(invoke.args());
    Map<String, TorchValue> kwargs = keywords(invoke);
    if (op.equals("prim::RaiseException")) {
      evaluator.raise(args.stream().findFirst(), invoke.line());
    }
    String function = op.substring(op.indexOf("::") + 2);
    if (args.contains(Unknown.UNKNOWN) && Functions.NAMES.contains(function)) {
      return Unknown.UNKNOWN;
    }
    if (kwargs.isEmpty() && !args.contains(Unknown.UNKNOWN)) {
      Optional<TorchValue> known = known(function, args, invoke.line());
      if (known.isPresent()) {
        return known.get();
      }
    }
    List<Arg> operands = new ArrayList<>(args.size());
    for (TorchValue value : args) {
      @Nullable Arg arg = arg(value, invoke.line(), 0);
      if (arg == null) {
        return Unknown.UNKNOWN;
      }
      operands.add(arg);
    }
    Map<String, Arg> named = new LinkedHashMap<>();
    for (Map.Entry<String, TorchValue> entry : kwargs.entrySet()) {
      @Nullable Arg arg = arg(entry.getValue(), invoke.line(), 0);
      if (arg == null) {
        return Unknown.UNKNOWN;
      }
      named.put(entry.getKey(), arg);
    }
    // The tensor's elements without their history: what detach gives.
    return emit(
        op.equals("prim::data") ? "aten::detach" : op, operands, named, results, invoke.line());
  }

  /** The result of a function of what is known; empty if it is an operator for the program. */
  Optional<TorchValue> known(String function, List<TorchValue> args, int line) {
    try {
      Optional<TorchValue> value = TensorQuery.answer(function, args, program);
      return value.isPresent() ? value : Functions.apply(function, args, program);
    } catch (ArithmeticException e) {
      return Optional.of(evaluator.unsupported("arithmetic that does not work out", line));
    }
  }

  /** Adds a call to the program. */
  TorchValue emit(String op, List<Arg> args, Map<String, Arg> kwargs, int results, int line) {
    List<Integer> ids =
        program.add(op, args, kwargs, results, evaluator.scope(), evaluator.at(line));
    if (results == 1) {
      return new Data(new Ref(ids.get(0)));
    }
    return new Items(true, ids.stream().<TorchValue>map(id -> new Data(new Ref(id))).toList());
  }

  /** The operand in a value; empty after a problem. */
  Optional<Arg> operand(TorchValue value, int line) {
    return Optional.ofNullable(arg(value, line, 0));
  }

  private @Nullable Arg arg(TorchValue value, int line, int depth) {
    if (value instanceof Data data) {
      return data.arg();
    }
    if (value instanceof Batch batch) {
      return program.batch(batch.factor(), evaluator.scope(), evaluator.at(line));
    }
    if (value instanceof Items list) {
      if (depth == DEEPEST_LIST) {
        throw Problem.of(ErrorId.TS_MALFORMED, "lists are nested deeper than " + DEEPEST_LIST)
            .at(evaluator.at(line))
            .asException();
      }
      program.step(list.items().size());
      List<Arg> items = new ArrayList<>(list.items().size());
      for (TorchValue item : list.items()) {
        @Nullable Arg arg = arg(item, line, depth + 1);
        if (arg == null) {
          return null;
        }
        items.add(arg);
      }
      return list.tuple() ? new TupleArg(items) : new ListArg(items);
    }
    if (value == Unknown.UNKNOWN) {
      // The program will be refused; but all its operators are wanted for the list.
      return Shapes.MISSING;
    }
    if (value instanceof Dotted dotted) {
      evaluator.unsupported("the name " + dotted.name(), line);
    } else if (value == Unknown.OF_BATCH) {
      evaluator.unsupported("a number that depends on the batch size", line);
    } else {
      evaluator.unsupported(
          value instanceof Module ? "a module as an argument" : "this value as an argument", line);
    }
    return null;
  }
}
