package io.facekit.core.pickle;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.GlobalValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Names outside the allow-list. All are refused; this decides only in which words. A pickled {@code
 * nn.Module} makes empty instances of classes and fills their attributes; a name that is used in
 * any other way is a call into code.
 */
final class ForeignGlobals {
  private static final Set<String> INTERPRETER =
      Set.of(
          "os",
          "posix",
          "nt",
          "subprocess",
          "builtins",
          "__builtin__",
          "sys",
          "importlib",
          "runpy",
          "pty",
          "socket",
          "shutil",
          "commands",
          "timeit",
          "operator",
          "functools",
          "code",
          "pdb",
          "ctypes",
          "pickle",
          "_pickle",
          "types",
          "marshal",
          "webbrowser",
          "pip",
          "asyncio",
          "multiprocessing",
          "bdb",
          "cProfile",
          "profile",
          "platform",
          "pydoc");

  private final PickleCursor cursor;
  private final List<GlobalValue> seen = new ArrayList<>();
  private final List<GlobalValue> instantiated = new ArrayList<>();
  private boolean wholeModule;

  ForeignGlobals(PickleCursor cursor) {
    this.cursor = cursor;
  }

  void found(GlobalValue global) {
    int dot = global.module().indexOf('.');
    String top = dot < 0 ? global.module() : global.module().substring(0, dot);
    if (INTERPRETER.contains(top)) {
      throw refused(global);
    }
    seen.add(global);
  }

  void instantiated(GlobalValue global) {
    instantiated.add(global);
  }

  void built(ObjectValue object) {
    wholeModule |=
        object.state() instanceof DictValue d
            && d.get("_modules") != null
            && d.get("_parameters") != null;
  }

  FacekitException refused(GlobalValue global) {
    return Problem.of(ErrorId.PICKLE_GLOBAL, "the pickle names code that facekit never loads")
        .at(cursor.at(global.offset()))
        .found(Printable.name(global.fullName()))
        .hint("do not open this file with torch.load; ask its author for a TorchScript file")
        .asException();
  }

  /** Throws if there is anything to refuse. Names that are called come first. */
  void throwIfAny() {
    if (seen.isEmpty()) {
      return;
    }
    GlobalValue first = seen.get(0);
    for (GlobalValue global : seen) {
      boolean torchClass = global.module().startsWith("torch.nn.");
      if (!torchClass && !(wholeModule && instantiated.contains(global))) {
        throw refused(global);
      }
    }
    throw Problem.of(
            ErrorId.PICKLE_MODULE,
            "the file holds a pickled module, which needs its author's Python code")
        .at(cursor.at(first.offset()))
        .found(Printable.name(first.fullName()))
        .hint(
            "where that code is: torch.jit.trace(model.eval(), example).save(\"model.pt\"), or"
                + " torch.save(model.state_dict(), \"weights.pt\") for the weights alone")
        .asException();
  }
}
