package io.facekit.core.torch;

import io.facekit.core.pickle.Printable;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Dictionary;
import io.facekit.core.torch.TorchValue.Dotted;
import io.facekit.core.torch.TorchValue.Items;
import io.facekit.core.torch.TorchValue.Module;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates the expressions of one function body. */
final class Evaluator {
  private static final Set<String> GLOBALS =
      Set.of(
          "torch",
          "ops",
          "__torch__",
          "CONSTANTS",
          "annotate",
          "unchecked_cast",
          "uninitialized",
          "getattr",
          "isinstance",
          "int",
          "float",
          "bool",
          "str",
          "print");

  private final Inliner inliner;
  private final ProgramBuilder program;
  private final SourcePlace place;
  private final Map<String, TorchValue> variables;
  private final String scope;
  private final Invocation invocation;
  private boolean lostTrack;

  Evaluator(Inliner inliner, SourcePlace place, Map<String, TorchValue> variables, String scope) {
    this.inliner = inliner;
    this.program = inliner.program();
    this.place = place;
    this.variables = variables;
    this.scope = scope;
    this.invocation = new Invocation(inliner, this);
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
    program.step(1);
    TorchValue value;
    if (expr instanceof Expr.Name name) {
      value = name(name);
    } else if (expr instanceof Expr.Literal literal) {
      value = new Data(literal.value());
    } else if (expr instanceof Expr.Attribute attribute) {
      value = attribute(evaluate(attribute.base()), attribute.name(), attribute.line());
    } else if (expr instanceof Expr.Invoke invoke) {
      value = invocation.invoke(invoke, results);
    } else if (expr instanceof Expr.Items items) {
      List<TorchValue> values = new ArrayList<>();
      items.items().forEach(item -> values.add(evaluate(item)));
      value = new Items(items.tuple(), values);
    } else if (expr instanceof Expr.Dictionary dictionary) {
      value = dictionary(dictionary);
    } else if (expr instanceof Expr.Subscript subscript) {
      value = subscript(subscript);
    } else if (expr instanceof Expr.Conditional conditional) {
      value = conditional(conditional);
    } else if (expr instanceof Expr.Logical logical) {
      value = logical(logical);
    } else {
      value = unsupported("this use of ':'", expr.line());
    }
    inliner.leave();
    return value;
  }

  /** What a loop runs over: the items, or the numbers of a range. */
  TorchValue iterable(Expr expr) {
    if (expr instanceof Expr.Invoke invoke
        && invoke.function() instanceof Expr.Name name
        && name.id().equals("range")
        && invoke.args().size() == 1) {
      TorchValue count = evaluate(invoke.args().get(0));
      if (!(count instanceof Data d) || !(d.arg() instanceof Arg.IntArg n)) {
        return count;
      }
      program.step(Math.max(0, n.value()));
      List<TorchValue> numbers = new ArrayList<>();
      for (long i = 0; i < n.value(); i++) {
        numbers.add(TorchValue.of(i));
      }
      return new Items(false, List.copyOf(numbers));
    }
    return evaluate(expr);
  }

  /** A value as a program can give it; None, after a problem, if it cannot. */
  Arg operand(TorchValue value, int line) {
    return invocation.operand(value, line).orElse(NoneArg.NONE);
  }

  void raise(Optional<TorchValue> message, int line) {
    boolean text = message.isPresent() && message.get() instanceof Data;
    throw program.raises(
        text && ((Data) message.get()).arg() instanceof Arg.StrArg s ? s.value() : "", at(line));
  }

  void store(Stmt.Store store) {
    TorchValue base = evaluate(store.base());
    TorchValue index = evaluate(store.index());
    TorchValue value = evaluate(store.value());
    if (base != Unknown.UNKNOWN
        && invocation.known("_set_item", List.of(base, index, value), store.line()).isEmpty()) {
      unsupported("a write to an element", store.line());
      loseTrack();
    }
  }

  private TorchValue name(Expr.Name name) {
    @Nullable TorchValue value = variables.get(name.id());
    if (value != null) {
      return value;
    }
    return lostTrack && !GLOBALS.contains(name.id()) ? Unknown.UNKNOWN : new Dotted(name.id());
  }

  TorchValue attribute(TorchValue base, String name, int line) {
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
    return base == Unknown.UNKNOWN ? base : unsupported("the attribute " + name, line);
  }

  private TorchValue dictionary(Expr.Dictionary dictionary) {
    Map<Arg, TorchValue> entries = new LinkedHashMap<>();
    for (int i = 0; i < dictionary.keys().size(); i++) {
      TorchValue key = evaluate(dictionary.keys().get(i));
      TorchValue value = evaluate(dictionary.values().get(i));
      @Nullable Arg known = DictionaryMath.key(key);
      if (known == null) {
        return key == Unknown.UNKNOWN ? key : unsupported("this key", dictionary.line());
      }
      entries.put(known, value);
    }
    return new Dictionary(entries);
  }

  private TorchValue subscript(Expr.Subscript subscript) {
    TorchValue base = evaluate(subscript.base());
    if (subscript.index() instanceof Expr.Slice slice) {
      List<TorchValue> args = List.of(base, bound(slice.lower()), bound(slice.upper()));
      return base == Unknown.UNKNOWN
          ? base
          : invocation
              .known("slice", args, slice.line())
              .orElseGet(() -> unsupported("this use of [:]", slice.line()));
    }
    TorchValue index = evaluate(subscript.index());
    if (base == Unknown.UNKNOWN || index == Unknown.UNKNOWN) {
      return Unknown.UNKNOWN;
    }
    if (base instanceof Data data
        && data.arg() instanceof Ref ref
        && index instanceof Data i
        && ScalarMath.isScalar(i.arg())) {
      return invocation.emit(
          "aten::__getitem__", List.of(ref, i.arg()), Map.of(), 1, subscript.line());
    }
    return invocation
        .known("__getitem__", List.of(base, index), subscript.line())
        .orElseGet(() -> unsupported("this use of []", subscript.line()));
  }

  private TorchValue bound(Optional<Expr> bound) {
    return bound.isPresent() ? evaluate(bound.get()) : TorchValue.of(NoneArg.NONE);
  }

  private TorchValue conditional(Expr.Conditional conditional) {
    @Nullable Boolean truth = truth(evaluate(conditional.condition()), conditional.line());
    return truth == null
        ? Unknown.UNKNOWN
        : evaluate(truth ? conditional.then() : conditional.otherwise());
  }

  private TorchValue logical(Expr.Logical logical) {
    TorchValue left = evaluate(logical.left());
    @Nullable Boolean truth = truth(left, logical.line());
    if (truth == null) {
      return Unknown.UNKNOWN;
    }
    return truth == logical.and() ? evaluate(logical.right()) : left;
  }

  private @Nullable Boolean truth(TorchValue condition, int line) {
    return Conditions.truth(condition, "branch", program, at(line));
  }

  TorchValue unsupported(String what, int line) {
    program.unsupported(Printable.name(what), at(line));
    return Unknown.UNKNOWN;
  }
}
