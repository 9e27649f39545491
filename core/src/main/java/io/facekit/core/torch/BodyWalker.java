package io.facekit.core.torch;

import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.TorchValue.Data;
import io.facekit.core.torch.TorchValue.Items;
import io.facekit.core.torch.TorchValue.Module;
import io.facekit.core.torch.TorchValue.Unknown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the statements of one function body. Conditions are decided and loops are unrolled
 * while the program is read; what is not reached is not looked at.
 */
final class BodyWalker {
  private final Inliner inliner;
  private final ProgramBuilder program;
  private final Evaluator evaluator;
  private final Map<String, TorchValue> variables;

  BodyWalker(Inliner inliner, Evaluator evaluator, Map<String, TorchValue> variables) {
    this.inliner = inliner;
    this.program = inliner.program();
    this.evaluator = evaluator;
    this.variables = variables;
  }

  /** The value of the return statement that is reached; empty if none is. */
  Optional<TorchValue> run(List<Stmt> body) {
    inliner.enter(evaluator.at(body.isEmpty() ? 1 : body.get(0).line()));
    Optional<TorchValue> returned = Optional.empty();
    for (Stmt statement : body) {
      program.step(1);
      returned = run(statement);
      if (returned.isPresent()) {
        break;
      }
    }
    inliner.leave();
    return returned;
  }

  private Optional<TorchValue> run(Stmt statement) {
    if (statement instanceof Stmt.Assign assign) {
      variables.put(assign.target(), evaluator.evaluate(assign.value()));
    } else if (statement instanceof Stmt.Unpack unpack) {
      unpack(unpack);
    } else if (statement instanceof Stmt.Evaluate evaluate) {
      evaluator.evaluate(evaluate.value());
    } else if (statement instanceof Stmt.Return result) {
      return Optional.of(evaluator.evaluate(result.value()));
    } else if (statement instanceof Stmt.If branch) {
      return branch(branch);
    } else if (statement instanceof Stmt.While loop) {
      return loop(loop);
    } else if (statement instanceof Stmt.For loop) {
      return loop(loop);
    } else if (statement instanceof Stmt.Raise raise) {
      evaluator.raise(raise.error().map(evaluator::evaluate), raise.line());
    } else if (statement instanceof Stmt.Store store) {
      evaluator.store(store);
    } else if (statement instanceof Stmt.Unsupported unsupported) {
      program.unsupported(unsupported.what(), evaluator.at(unsupported.line()));
      evaluator.loseTrack();
    }
    return Optional.empty();
  }

  private Optional<TorchValue> branch(Stmt.If branch) {
    TorchValue condition = evaluator.evaluate(branch.condition());
    @Nullable Boolean truth = truth(condition, "branch", branch.line());
    if (truth != null) {
      return run(truth ? branch.then() : branch.otherwise());
    }
    forget(branch.then());
    forget(branch.otherwise());
    return Optional.empty();
  }

  private Optional<TorchValue> loop(Stmt.While loop) {
    while (true) {
      program.step(1);
      @Nullable Boolean truth = truth(evaluator.evaluate(loop.condition()), "loop", loop.line());
      if (truth == null) {
        forget(loop.body());
        return Optional.empty();
      }
      Optional<TorchValue> returned = truth ? run(loop.body()) : Optional.empty();
      if (!truth || returned.isPresent()) {
        return returned;
      }
    }
  }

  private Optional<TorchValue> loop(Stmt.For loop) {
    TorchValue items = evaluator.iterable(loop.items());
    if (items instanceof Items list) {
      // By index, because the body may change the list.
      for (int i = 0; i < list.items().size(); i++) {
        program.step(1);
        variables.put(loop.target(), list.items().get(i));
        Optional<TorchValue> returned = run(loop.body());
        if (returned.isPresent()) {
          return returned;
        }
      }
      return Optional.empty();
    }
    if (truth(items, "loop", loop.line()) != null) {
      program.unsupported("this 'for'", evaluator.at(loop.line()));
    }
    forget(loop.body());
    return Optional.empty();
  }

  private @Nullable Boolean truth(TorchValue condition, String what, int line) {
    return Conditions.truth(condition, what, program, evaluator.at(line));
  }

  /** What skipped statements would have set has no value from here on. */
  private void forget(List<Stmt> body) {
    for (Stmt statement : body) {
      program.step(1);
      if (statement instanceof Stmt.Assign assign) {
        variables.put(assign.target(), Unknown.UNKNOWN);
      } else if (statement instanceof Stmt.Unpack unpack) {
        unpack.targets().forEach(t -> variables.put(t, Unknown.UNKNOWN));
      } else if (statement instanceof Stmt.If branch) {
        forget(branch.then());
        forget(branch.otherwise());
      } else if (statement instanceof Stmt.While loop) {
        forget(loop.body());
      } else if (statement instanceof Stmt.For loop) {
        forget(loop.body());
      }
    }
  }

  private void unpack(Stmt.Unpack unpack) {
    int count = unpack.targets().size();
    TorchValue value = evaluator.evaluate(unpack.value(), count);
    String at = evaluator.at(unpack.line());
    List<TorchValue> items = List.of();
    if (value instanceof Items list) {
      items = List.copyOf(list.items());
    } else if (value instanceof Data data && data.arg() instanceof Ref ref) {
      items =
          program
              .add("prim::ListUnpack", List.of(ref), Map.of(), count, evaluator.scope(), at)
              .stream()
              .<TorchValue>map(id -> new Data(new Ref(id)))
              .toList();
    }
    if (items.size() != count && value != Unknown.UNKNOWN) {
      program.unsupported(
          value instanceof Module ? "unpacking a module" : "unpacking into " + count + " names",
          at);
    }
    for (int i = 0; i < count; i++) {
      variables.put(
          unpack.targets().get(i), items.size() == count ? items.get(i) : Unknown.UNKNOWN);
    }
  }
}
