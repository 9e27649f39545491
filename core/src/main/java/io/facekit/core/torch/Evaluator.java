package io.facekit.core.torch;

import io.facekit.core.pickle.Printable;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Arg.TupleArg;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Dotted;
import io.facekit.core.torch.TorchValue.Module;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluates the expressions of one function body. */
final class Evaluator {
  private final Inliner inliner;
  private final ProgramBuilder program;
  private final SourcePlace place;
  private final Map<String, TorchValue> variables;
  private final String scope;
  private boolean lostTrack;

  Evaluator(Inliner inliner, SourcePlace place, Map<String, TorchValue> variables, String scope) {
    this.inliner = inliner;
    this.program = inliner.program();
    this.place = place;
    this.variables = variables;
    this.scope = scope;
  }

  String at(int line) {
    return place.at(line);
  }

  String scope() {
    return scope;
  }

  /** From here on names may be unknown because something was skipped: that is no new problem. */
  void loseTrack() {
    lostTrack = true;
  }

  TorchValue evaluate(Expr expr) {
    return evaluate(expr, 1);
  }

  /**
   * @param results how many values the expression's own operator call makes
   */
  TorchValue evaluate(Expr expr, int results) {
    inliner.enter(place.prefix());
    TorchValue value;
    if (expr instanceof Expr.Name name) {
      value = name(name);
    } else if (expr instanceof Expr.Literal literal) {
      value = new Data(literal.value());
    } else if (expr instanceof Expr.Attribute attribute) {
      value = attribute(evaluate(attribute.base()), attribute.name(), attribute.line());
    } else if (expr instanceof Expr.Invoke invoke) {
      value = invoke(invoke, results);
    } else if (expr instanceof Expr.Items items) {
      value = items(items);
    } else if (expr instanceof Expr.Subscript subscript) {
      value = subscript(subscript);
    } else {
      value = unsupported(((Expr.Unsupported) expr).what(), expr.line());
    }
    inliner.leave();
    return value;
  }

  private TorchValue name(Expr.Name name) {
    @Nullable TorchValue value = variables.get(name.id());
    if (value != null) {
      return value;
    }
    return lostTrack ? Unknown.UNKNOWN : new Dotted(name.id());
  }

  private TorchValue attribute(TorchValue base, String name, int line) {
    if (base instanceof Dotted dotted) {
      if (dotted.name().equals("CONSTANTS")) {
        return inliner
            .attributes()
            .constant(name)
            .orElseGet(() -> unsupported("the constant " + name, line));
      }
      return new Dotted(dotted.name() + "." + name);
    }
    if (base instanceof Module module) {
      Optional<TorchValue> value = inliner.attributes().attribute(module, name);
      if (value.isPresent()) {
        return value.get();
      }
      @Nullable Expr constant =
          inliner.library().classOf(module.object().type()).constants().get(name);
      return constant == null
          ? unsupported("the attribute " + name + " of a module", line)
          : evaluate(constant);
    }
    return base instanceof Unknown ? base : unsupported("the attribute " + name, line);
  }

  private TorchValue items(Expr.Items items) {
    List<Arg> args = new ArrayList<>(items.items().size());
    boolean known = true;
    for (Expr item : items.items()) {
      @Nullable Arg arg = arg(evaluate(item), item.line());
      if (arg == null) {
        known = false;
      } else {
        args.add(arg);
      }
    }
    program.step(args.size());
    if (!known) {
      return Unknown.UNKNOWN;
    }
    return new Data(items.tuple() ? new TupleArg(args) : new ListArg(args));
  }

  private TorchValue subscript(Expr.Subscript subscript) {
    TorchValue base = evaluate(subscript.base());
    TorchValue index = evaluate(subscript.index());
    if (base instanceof Unknown || index instanceof Unknown) {
      return Unknown.UNKNOWN;
    }
    if (base instanceof Data data && index instanceof Data i) {
      if (data.arg() instanceof Ref ref) {
        return operator("aten::__getitem__", List.of(ref, i.arg()), Map.of(), 1, subscript.line());
      }
      List<Arg> items =
          data.arg() instanceof TupleArg t
              ? t.items()
              : data.arg() instanceof ListArg l ? l.items() : List.of();
      if (i.arg() instanceof IntArg n) {
        long k = n.value() < 0 ? n.value() + items.size() : n.value();
        if (k >= 0 && k < items.size()) {
          return new Data(items.get((int) k));
        }
      }
    }
    return unsupported("this use of []", subscript.line());
  }

  private TorchValue invoke(Expr.Invoke invoke, int results) {
    if (invoke.function() instanceof Expr.Attribute attribute) {
      TorchValue base = evaluate(attribute.base());
      if (base instanceof Module module) {
        return method(module, attribute.name(), invoke);
      }
      return invoke(attribute(base, attribute.name(), attribute.line()), invoke, results);
    }
    return invoke(evaluate(invoke.function()), invoke, results);
  }

  private TorchValue method(Module module, String name, Expr.Invoke invoke) {
    Optional<SourceLibrary.Function> method =
        inliner.library().method(module.object().type(), name);
    if (method.isEmpty()) {
      return unsupported("the call of " + name + " on a module", invoke.line());
    }
    List<TorchValue> args = new ArrayList<>(invoke.args().size() + 1);
    args.add(module);
    return inline(method.get(), args, invoke, module.path());
  }

  private TorchValue inline(
      SourceLibrary.Function function, List<TorchValue> args, Expr.Invoke invoke, String path) {
    for (Expr arg : invoke.args()) {
      args.add(evaluate(arg));
    }
    Map<String, TorchValue> kwargs = new LinkedHashMap<>();
    for (Expr.Keyword keyword : invoke.kwargs()) {
      kwargs.put(keyword.name(), evaluate(keyword.value()));
    }
    return inliner.call(function, args, kwargs, path);
  }

  private TorchValue invoke(TorchValue function, Expr.Invoke invoke, int results) {
    if (function instanceof Unknown) {
      return function;
    }
    if (!(function instanceof Dotted dotted)) {
      return unsupported("a call of a value", invoke.line());
    }
    String name = dotted.name();
    if (name.startsWith("torch.")) {
      String op = name.substring(6);
      if (op.indexOf('.') >= 0) {
        return unsupported("the function " + name, invoke.line());
      }
      return op.equals("device") && invoke.args().size() == 1
          ? evaluate(invoke.args().get(0))
          : operator("aten::" + op, invoke, results);
    }
    if (name.startsWith("ops.")) {
      int dot = name.indexOf('.', 4);
      if (dot < 0) {
        return unsupported("the function " + name, invoke.line());
      }
      if (name.startsWith("ops.prim.RaiseException")) {
        return unsupported("an assertion", invoke.line());
      }
      return operator(name.substring(4, dot) + "::" + name.substring(dot + 1), invoke, results);
    }
    if (name.startsWith("__torch__.")) {
      Optional<SourceLibrary.Function> target = inliner.library().function(name);
      return target.isEmpty()
          ? unsupported("the call of " + name, invoke.line())
          : inline(target.get(), new ArrayList<>(), invoke, scope);
    }
    return builtin(name, invoke);
  }

  private TorchValue builtin(String name, Expr.Invoke invoke) {
    List<Expr> args = invoke.args();
    switch (name) {
      case "annotate", "unchecked_cast" -> {
        if (args.size() == 2) {
          return evaluate(args.get(1));
        }
      }
      case "getattr" -> {
        if (args.size() == 2
            && args.get(1) instanceof Expr.Literal literal
            && literal.value() instanceof StrArg attribute) {
          return attribute(evaluate(args.get(0)), attribute.value(), invoke.line());
        }
      }
      case "int", "float", "bool" -> {
        String op = name.equals("int") ? "Int" : name.equals("float") ? "Float" : "Bool";
        if (args.size() == 1) {
          return operator("aten::" + op, invoke, 1);
        }
      }
      default -> {}
    }
    return unsupported("the name or function " + name, invoke.line());
  }

  private TorchValue operator(String op, Expr.Invoke invoke, int results) {
    List<Arg> args = new ArrayList<>(invoke.args().size());
    boolean known = true;
    for (Expr expr : invoke.args()) {
      @Nullable Arg arg = arg(evaluate(expr), expr.line());
      if (arg == null) {
        known = false;
      } else {
        args.add(arg);
      }
    }
    Map<String, Arg> kwargs = invoke.kwargs().isEmpty() ? Map.of() : new LinkedHashMap<>();
    for (Expr.Keyword keyword : invoke.kwargs()) {
      @Nullable Arg arg = arg(evaluate(keyword.value()), invoke.line());
      if (arg == null) {
        known = false;
      } else {
        kwargs.put(keyword.name(), arg);
      }
    }
    return known ? operator(op, args, kwargs, results, invoke.line()) : Unknown.UNKNOWN;
  }

  private TorchValue operator(
      String op, List<Arg> args, Map<String, Arg> kwargs, int results, int line) {
    List<Integer> ids = program.add(op, args, kwargs, results, scope, at(line));
    if (results == 1) {
      return new Data(new Ref(ids.get(0)));
    }
    return new Data(new TupleArg(ids.stream().<Arg>map(Ref::new).toList()));
  }

  /** The operand in a value, or null after a problem. */
  private @Nullable Arg arg(TorchValue value, int line) {
    if (value instanceof Data data) {
      return data.arg();
    }
    if (value instanceof Module) {
      unsupported("a module as an argument", line);
    } else if (value instanceof Dotted dotted) {
      unsupported("the name " + dotted.name(), line);
    }
    return null;
  }

  private TorchValue unsupported(String what, int line) {
    program.unsupported(Printable.name(what), at(line));
    return Unknown.UNKNOWN;
  }
}
