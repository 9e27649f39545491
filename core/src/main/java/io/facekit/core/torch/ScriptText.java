package io.facekit.core.torch;

import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg.BoolArg;
import io.facekit.core.torch.Arg.Const;
import io.facekit.core.torch.Arg.FloatArg;
import io.facekit.core.torch.Arg.IntArg;
import io.facekit.core.torch.Arg.ListArg;
import io.facekit.core.torch.Arg.NoneArg;
import io.facekit.core.torch.Arg.Ref;
import io.facekit.core.torch.Arg.StrArg;
import io.facekit.core.torch.Arg.TupleArg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A program in the language of TorchScript: one class with one method, a line for each call. */
final class ScriptText {
  /** The name of the class. */
  static final String MODULE = "Model";

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  /** Names that mean something to TorchScript, or that stand for values here. */
  private static final Pattern TAKEN =
      Pattern.compile(
          "_\\d*|self|torch|ops|annotate|unchecked_cast|getattr|fork|uninitialized|inf|nan|infj|nanj"
              + "|CONSTANTS|int|float|bool|str|complex|None|True|False|and|as|assert|break|class"
              + "|continue|def|del|elif|else|for|global|if|import|in|is|lambda|not|or|pass|raise"
              + "|return|try|while|with|yield|List|Tensor|Optional|Tuple|Dict|Device|Future|Module");

  private final Map<String, String> attributeNames = new HashMap<>();
  private final Map<String, TensorData> attributes = new LinkedHashMap<>();
  private final Map<Integer, String> values = new HashMap<>();
  private final StringBuilder body = new StringBuilder();
  private String head = "";

  private ScriptText() {}

  /**
   * @throws IllegalArgumentException if an operator or argument has a name that is none
   */
  static ScriptText of(TorchProgram program) {
    ScriptText text = new ScriptText();
    text.write(program);
    return text;
  }

  /** The tensors that the source reads as {@code self.NAME}, in order. */
  Map<String, TensorData> attributes() {
    return Collections.unmodifiableMap(attributes);
  }

  String source() {
    return "class "
        + MODULE
        + "(Module):\n"
        + ("  __parameters__ = [" + names(true) + "]\n")
        + ("  __buffers__ = [" + names(false) + "]\n")
        + "  training : bool\n"
        + attributes.keySet().stream()
            .map(name -> "  " + name + " : Tensor\n")
            .collect(Collectors.joining())
        + head
        + body;
  }

  private String names(boolean floats) {
    return attributes.entrySet().stream()
        .filter(e -> e.getValue().dtype().isFloat() == floats)
        .map(e -> "\"" + e.getKey() + "\", ")
        .collect(Collectors.joining());
  }

  private void write(TorchProgram program) {
    Set<String> taken = new HashSet<>();
    List<String> parameters = new ArrayList<>();
    for (TorchProgram.Input input : program.inputs()) {
      boolean usable =
          NAME.matcher(input.name()).matches()
              && !TAKEN.matcher(input.name()).matches()
              && taken.add(input.name());
      String name = usable ? input.name() : "_input" + parameters.size();
      values.put(input.id(), name);
      parameters.add(", " + name + ": Tensor");
    }
    program.calls().forEach(this::call);
    List<String> outputs = program.outputs().stream().map(this::plain).toList();
    boolean one = outputs.size() == 1;
    String type =
        one
            ? "Tensor"
            : "Tuple[" + String.join(", ", Collections.nCopies(outputs.size(), "Tensor")) + "]";
    body.append("    return ")
        .append(one ? outputs.get(0) : "(" + String.join(", ", outputs) + ")")
        .append('\n');
    head =
        "  def forward(self: __torch__."
            + MODULE
            + String.join("", parameters)
            + ") -> "
            + type
            + ":\n";
  }

  private void call(Call call) {
    String value = value(call);
    body.append("    ");
    for (int id : call.results()) {
      values.put(id, "_" + id);
      body.append('_').append(id).append(unpacks(call) ? ", " : " ");
    }
    body.append("= ").append(value).append('\n');
  }

  private static boolean unpacks(Call call) {
    return call.results().size() != 1 || call.op().endsWith("Unpack");
  }

  private String value(Call call) {
    List<String> args = new ArrayList<>();
    call.args().forEach(a -> args.add(argument(call.op(), a)));
    call.kwargs().forEach((k, a) -> args.add(checked(k) + "=" + argument(call.op(), a)));
    String list = "(" + String.join(", ", args) + ")";
    return switch (call.op()) {
      case "aten::Int", "aten::IntImplicit" -> "int" + list;
      case "aten::Float", "aten::FloatImplicit" -> "float" + list;
      case "aten::Bool" -> "bool" + list;
      case "aten::__getitem__" -> args.get(0) + "[" + args.get(1) + "]";
      case "prim::ListUnpack", "prim::TupleUnpack" -> args.get(0);
      default -> function(call.op()) + list;
    };
  }

  private static String function(String op) {
    int colons = op.indexOf("::");
    String space = checked(op.substring(0, Math.max(colons, 0)));
    String name = checked(op.substring(colons + 2));
    return space.equals("aten") ? "torch." + name : "ops." + space + "." + name;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' is no name");
    }
    return name;
  }

  /** A literal list has the type of its items, which is not enough in two cases. */
  private String argument(String op, Arg arg) {
    if (arg instanceof ListArg list) {
      boolean optional = list.items().stream().anyMatch(NoneArg.class::isInstance);
      if (list.items().isEmpty()) {
        return "annotate(List[int], [])";
      }
      if (optional || op.startsWith("aten::index")) {
        return "annotate(List[Optional[Tensor]], " + plain(arg) + ")";
      }
    }
    return plain(arg);
  }

  private String plain(Arg arg) {
    if (arg instanceof Ref ref) {
      @Nullable String name = values.get(ref.id());
      if (name == null) {
        throw new IllegalArgumentException("value " + ref.id() + " is read before it is made");
      }
      return name;
    } else if (arg instanceof Const c) {
      return "self." + attribute(c);
    } else if (arg instanceof IntArg i) {
      return Long.toString(i.value());
    } else if (arg instanceof FloatArg f) {
      return number(f.value());
    } else if (arg instanceof BoolArg b) {
      return b.value() ? "True" : "False";
    } else if (arg instanceof StrArg s) {
      return quoted(s.value());
    } else if (arg instanceof ListArg list) {
      return "[" + joined(list.items()) + "]";
    } else if (arg instanceof TupleArg tuple) {
      return "(" + joined(tuple.items()) + (tuple.items().size() == 1 ? ",)" : ")");
    }
    return "None";
  }

  private String joined(List<Arg> items) {
    return items.stream().map(this::plain).collect(Collectors.joining(", "));
  }

  private String attribute(Const constant) {
    String name =
        attributeNames.computeIfAbsent(constant.name(), path -> "t" + attributeNames.size());
    attributes.putIfAbsent(name, constant.data());
    return name;
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return Double.toString(value).toLowerCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= 0x20 && c < 0x7f) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "\\%03o", Math.min(c, 0xff)));
      }
    }
    return out.append('"').toString();
  }
}
