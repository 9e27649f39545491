package io.facekit.core.torch.export;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.json.Json;
import io.facekit.core.pickle.Printable;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Archive;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.ProgramBuilder;
import io.facekit.core.torch.Retrace;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the graph of an exported program into calls. */
final class GraphBuilder {
  private static final Set<DType> INPUTS = EnumSet.of(DType.FLOAT32, DType.FLOAT16, DType.UINT8);

  /** Give their argument back: constants in a graph come through them. */
  private static final Set<String> SAME = Set.of("aten::lift_fresh", "aten::lift_fresh_copy");

  private final Archive archive;
  private final String entry;
  private final ExportedTensors tensors;
  private final ProgramBuilder program;
  private final Map<String, Arg> values = new HashMap<>();
  private final ArgumentReader arguments = new ArgumentReader(this::value);
  private Map<String, String> weights = Map.of();

  GraphBuilder(Archive archive, String entry, ExportedTensors tensors) {
    this.archive = archive;
    this.entry = entry;
    this.tensors = tensors;
    this.program = new ProgramBuilder(archive.fileName());
  }

  TorchProgram build(Json graph, ExportedSignature signature) {
    weights = signature.weights();
    signature.unsupported().forEach(what -> unsupported(what, archive.at(entry)));
    List<TorchProgram.Input> inputs = new ArrayList<>();
    for (String name : signature.users()) {
      inputs.add(input(name, graph.get("tensor_values").get(name)));
    }
    List<ExportedNode> nodes = new ArrayList<>();
    for (Json node : graph.get("nodes").items()) {
      nodes.add(ExportedNode.read(node, nodes.size()));
    }
    for (ExportedNode node : needed(nodes, signature.outputs())) {
      add(node);
    }
    List<Arg> outputs = new ArrayList<>();
    for (Json output : signature.outputs()) {
      arguments.read(output).ifPresent(outputs::add);
    }
    return program.build(inputs, new Arg.TupleArg(outputs), false);
  }

  /** Nodes whose results outputs need, directly or not, and nodes that write into a tensor. */
  private static List<ExportedNode> needed(List<ExportedNode> nodes, List<Json> outputs) {
    Set<String> read = new HashSet<>();
    outputs.forEach(o -> ExportedNode.names(o, read));
    List<ExportedNode> needed = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      ExportedNode node = nodes.get(i);
      if (!node.isCheck() && (node.writes() || node.makes().stream().anyMatch(read::contains))) {
        read.addAll(node.reads());
        needed.add(node);
      }
    }
    Collections.reverse(needed);
    return needed;
  }

  private TorchProgram.Input input(String name, Json meta) {
    Optional<DType> dtype = SchemaCodes.dtype(meta.get("dtype").whole());
    if (dtype.filter(INPUTS::contains).isEmpty()) {
      program.report(
          "input " + name,
          Problem.of(ErrorId.TS_SIGNATURE, "the input has an element type that no image has")
              .at(archive.at(entry) + ":" + Printable.name(name))
              .found(dtype.map(DType::shortName).orElse("number " + meta.get("dtype").whole()))
              .hint("export the model with a batch of float32 images"));
    }
    List<Long> sizes = new ArrayList<>();
    for (Json size : meta.get("sizes").items()) {
      sizes.add(size(size, sizes.isEmpty()));
    }
    int id = program.newId();
    define(name, new Arg.Ref(id));
    return new TorchProgram.Input(id, name, Optional.of(sizes), dtype);
  }

  /** A size; where it is free, 0 for the batch, and for others that of the example. */
  private static long size(Json size, boolean batch) {
    Map.Entry<String, Json> choice = size.choice();
    if (!choice.getKey().equals("as_expr")) {
      long value = size.get("as_int").whole();
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new Json.Mismatch("an input of size " + value);
      }
      return value;
    }
    if (batch) {
      return 0;
    }
    @Nullable Json hint = choice.getValue().members().get("hint");
    if (hint == null || hint == Json.Null.NULL) {
      throw new Json.Mismatch("an input whose size is free, without an example");
    }
    return size(hint, false);
  }

  private void add(ExportedNode node) {
    Optional<String> operator = node.operator();
    if (operator.isEmpty()) {
      unsupported("a call of " + Printable.name(node.target()), at(node));
      node.makes().forEach(name -> define(name, Arg.NoneArg.NONE));
      return;
    }
    List<Arg> args = new ArrayList<>();
    Map<String, Arg> kwargs = new LinkedHashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      ExportedNode.Input input = node.inputs().get(i);
      Arg arg = arguments.read(input.arg()).orElse(Arg.NoneArg.NONE);
      if (arguments.read(input.arg()).isEmpty()) {
        unsupported("an argument of the kind " + Printable.name(kind(input)), at(node));
      }
      if (node.isKeyword(i)) {
        kwargs.put(Printable.name(input.name()), arg);
      } else {
        args.add(arg);
      }
    }
    define(node, operator.get(), args, kwargs);
  }

  private static String kind(ExportedNode.Input input) {
    return input.arg().choice().getKey();
  }

  private void define(ExportedNode node, String operator, List<Arg> args, Map<String, Arg> kwargs) {
    List<String> names = node.makes();
    if (SAME.contains(operator) && args.size() == 1 && names.size() == 1) {
      define(names.get(0), args.get(0));
      return;
    }
    boolean single = names.size() == 1;
    List<Integer> ids = program.add(operator, args, kwargs, names.size(), node.scope(), at(node));
    if (single && node.outputs().get(0).members().containsKey("as_tensors")) {
      Arg list = new Arg.Ref(ids.get(0));
      ids = program.add("prim::ListUnpack", List.of(list), Map.of(), 1, node.scope(), at(node));
    }
    for (int i = 0; i < names.size(); i++) {
      define(names.get(i), new Arg.Ref(ids.get(i)));
    }
  }

  private void define(String name, Arg value) {
    if (values.put(name, value) != null) {
      throw new Json.Mismatch("two values of one name");
    }
  }

  private Arg value(String name) {
    @Nullable Arg known = values.get(name);
    if (known != null) {
      return known;
    }
    @Nullable String weight = weights.get(name);
    if (weight == null) {
      throw new Json.Mismatch("a use of a value that nothing has made");
    }
    Arg constant = weight(weight);
    values.put(name, constant);
    return constant;
  }

  private Arg weight(String name) {
    try {
      Optional<TensorData> data = tensors.find(name);
      if (data.isPresent()) {
        return new Arg.Const(data.get(), name);
      }
      program.report(
          "weight " + name,
          Problem.of(ErrorId.TENSOR_MALFORMED, "the file lacks a weight that the program reads")
              .at(archive.fileName() + "!" + Printable.name(name)));
    } catch (FacekitException e) {
      e.problems().forEach(p -> program.report("weight " + name, p));
    }
    return Arg.NoneArg.NONE;
  }

  private void unsupported(String what, String at) {
    program.report(
        what,
        Problem.of(ErrorId.PT2_CONSTRUCT, what + " is not read")
            .at(at)
            .hint("save a trace instead: " + Retrace.LINE));
  }

  private String at(ExportedNode node) {
    return archive.at(entry) + ":" + Printable.name(node.label());
  }
}
