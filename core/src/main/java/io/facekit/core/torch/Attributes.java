package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.pickle.PickleValue;
import io.facekit.core.pickle.PickleValue.BoolValue;
import io.facekit.core.pickle.PickleValue.FloatValue;
import io.facekit.core.pickle.PickleValue.IntValue;
import io.facekit.core.pickle.PickleValue.ListValue;
import io.facekit.core.pickle.PickleValue.NoneValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.pickle.PickleValue.StringValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.PickleValue.TupleValue;
import io.facekit.core.pickle.Printable;
import io.facekit.core.pickle.Unpickler;
import io.facekit.core.torch.Arg.Const;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pickled side of a TorchScript archive: modules with their attributes, and constants. */
final class Attributes {
  private static final int DEEPEST_LIST = 3;
  private static final int LONGEST_LIST = 1_000;

  private final TensorLoader tensors;
  private final TensorLoader constantTensors;
  private final ObjectValue root;
  private final List<PickleValue> constants;
  private final Map<String, Arg> loaded = new HashMap<>();

  Attributes(Archive archive) {
    this.tensors = new TensorLoader(archive, "data/");
    this.constantTensors = new TensorLoader(archive, "constants/");
    PickleValue data = Unpickler.read(archive.read("data.pkl"), archive.at("data.pkl"));
    if (!(data instanceof ObjectValue object)) {
      throw new ZipPlace(archive.fileName())
          .error(ErrorId.TS_MALFORMED, "data.pkl", "the archive's data is not a module");
    }
    this.root = object;
    @Nullable List<PickleValue> items =
        Unpickler.items(Unpickler.read(archive.read("constants.pkl"), archive.at("constants.pkl")));
    this.constants = items == null ? List.of() : items;
  }

  ObjectValue root() {
    return root;
  }

  /** The class of the first constant that is an object and not a tensor, if there is one. */
  Optional<String> opaqueConstant() {
    for (PickleValue constant : constants) {
      if (constant instanceof ObjectValue object) {
        return Optional.of(Printable.name(object.type().fullName()));
      }
    }
    return Optional.empty();
  }

  boolean flag(String name) {
    return root.attribute(name) instanceof BoolValue b && b.value();
  }

  /** {@code CONSTANTS.cN}, if there is such a constant. */
  Optional<TorchValue> constant(String name) {
    int index = -1;
    if (name.length() > 1 && name.length() < 8 && name.charAt(0) == 'c') {
      try {
        index = Integer.parseInt(name, 1, name.length(), 10);
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return index < 0 || index >= constants.size()
        ? Optional.empty()
        : value(constants.get(index), "CONSTANTS." + name, constantTensors, 0);
  }

  /** An attribute of a module, if its instance has it in a form that programs can use. */
  Optional<TorchValue> attribute(TorchValue.Module module, String name) {
    @Nullable PickleValue value = module.object().attribute(name);
    String path = module.path().isEmpty() ? name : module.path() + "." + name;
    return value == null ? Optional.empty() : value(value, path, tensors, 0);
  }

  private Optional<TorchValue> value(
      PickleValue value, String path, TensorLoader loader, int depth) {
    if (value instanceof ObjectValue object) {
      return depth > 0 ? Optional.empty() : Optional.of(new TorchValue.Module(object, path));
    }
    return arg(value, path, loader, depth).map(TorchValue::of);
  }

  private Optional<Arg> arg(PickleValue value, String path, TensorLoader loader, int depth) {
    if (value instanceof TensorValue tensor) {
      @Nullable Arg known = loaded.get(path);
      if (known == null) {
        known = new Const(loader.load(tensor, path), path);
        loaded.put(path, known);
      }
      return Optional.of(known);
    }
    if (value instanceof IntValue i) {
      return Optional.of(new Arg.IntArg(i.value()));
    }
    if (value instanceof FloatValue f) {
      return Optional.of(new Arg.FloatArg(f.value()));
    }
    if (value instanceof BoolValue b) {
      return Optional.of(new Arg.BoolArg(b.value()));
    }
    if (value instanceof StringValue s) {
      return Optional.of(new Arg.StrArg(s.value()));
    }
    if (value instanceof NoneValue) {
      return Optional.of(Arg.NoneArg.NONE);
    }
    @Nullable List<PickleValue> items =
        value instanceof ListValue || value instanceof TupleValue ? Unpickler.items(value) : null;
    if (items == null || depth >= DEEPEST_LIST || items.size() > LONGEST_LIST) {
      return Optional.empty();
    }
    List<Arg> args = new ArrayList<>(items.size());
    for (PickleValue item : items) {
      Optional<Arg> arg = arg(item, path + "." + args.size(), loader, depth + 1);
      if (arg.isEmpty()) {
        return Optional.empty();
      }
      args.add(arg.get());
    }
    return Optional.of(
        value instanceof TupleValue ? new Arg.TupleArg(args) : new Arg.ListArg(args));
  }
}
