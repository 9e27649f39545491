package io.facekit.core.pickle;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.BoolValue;
import io.facekit.core.pickle.PickleValue.BytesValue;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.FloatValue;
import io.facekit.core.pickle.PickleValue.GlobalValue;
import io.facekit.core.pickle.PickleValue.IntValue;
import io.facekit.core.pickle.PickleValue.ListValue;
import io.facekit.core.pickle.PickleValue.NoneValue;
import io.facekit.core.pickle.PickleValue.ObjectValue;
import io.facekit.core.pickle.PickleValue.StorageValue;
import io.facekit.core.pickle.PickleValue.StringValue;
import io.facekit.core.pickle.PickleValue.TensorValue;
import io.facekit.core.pickle.PickleValue.TupleValue;
import io.facekit.core.tensor.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pickle (protocols 2 to 5) into plain data. Calls are allowed to about a dozen names of
 * PyTorch's own formats, each of which stands for data; classes under {@code __torch__} become
 * {@link ObjectValue}s. Nothing is looked up, imported or run.
 *
 * <p>Errors: {@link ErrorId#PICKLE_GLOBAL} for any other name, {@link ErrorId#PICKLE_MODULE} when
 * those names are the classes of a pickled {@code nn.Module}, {@link ErrorId#PICKLE_LIMIT}, {@link
 * ErrorId#PICKLE_MALFORMED}.
 */
public final class Unpickler {
  private static final int MOST_OPCODES = 5_000_000;

  private final PickleCursor cursor;
  private final PickleStack stack;
  private final ForeignGlobals foreign;
  private final Map<String, StorageValue> storages = new LinkedHashMap<>();
  private final Map<String, TensorValue> tensors = new HashMap<>();

  private Unpickler(ByteBuffer bytes, String place) {
    cursor = new PickleCursor(bytes, place);
    stack = new PickleStack(cursor);
    foreign = new ForeignGlobals(cursor);
  }

  /**
   * The value of a pickle that fills a buffer to its end.
   *
   * @param place what the bytes are, for messages: {@code file!entry}
   */
  public static PickleValue read(ByteBuffer bytes, String place) {
    Unpickler unpickler = new Unpickler(bytes, place);
    PickleValue value = unpickler.run();
    if (unpickler.cursor.offset() != bytes.limit()) {
      throw unpickler.cursor.malformed(
          (bytes.limit() - unpickler.cursor.offset()) + " bytes after the end of the pickle");
    }
    return value;
  }

  /** The value of the pickle at the position of a buffer, which moves behind it. */
  public static PickleValue readNext(ByteBuffer bytes, String place) {
    return readNext(bytes, place, Map.of()).value();
  }

  /**
   * A pickle, and the storages that it names.
   *
   * @param storages by key, in order of first use
   */
  public record Pickled(PickleValue value, Map<String, StorageValue> storages) {}

  /**
   * The pickle at the position of a buffer, which moves behind it.
   *
   * @param tensors what persistent ids stand for that are a bare key, as in the tar format
   */
  public static Pickled readNext(ByteBuffer bytes, String place, Map<String, TensorValue> tensors) {
    Unpickler unpickler = new Unpickler(bytes, place);
    unpickler.tensors.putAll(tensors);
    PickleValue value = unpickler.run();
    bytes.position(unpickler.cursor.offset());
    return new Pickled(value, Collections.unmodifiableMap(unpickler.storages));
  }

  private PickleValue run() {
    for (int count = 0; count < MOST_OPCODES; count++) {
      int offset = cursor.offset();
      int opcode = cursor.u1();
      if (opcode == '.') {
        foreign.throwIfAny();
        return stack.result();
      }
      if (!scalar(opcode) && !container(opcode) && !object(opcode, offset)) {
        foreign.throwIfAny();
        throw Problem.of(
                ErrorId.PICKLE_MALFORMED, "opcode " + opcode + " is not one that PyTorch writes")
            .at(cursor.at(offset))
            .asException();
      }
    }
    throw cursor.limit("more than " + MOST_OPCODES + " opcodes");
  }

  private boolean scalar(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(cursor.u1());
      case 0x95 -> frame(cursor.i8());
      case 'N' -> stack.push(NoneValue.NONE);
      case 0x88 -> stack.push(new BoolValue(true));
      case 0x89 -> stack.push(new BoolValue(false));
      case 'K' -> stack.push(new IntValue(cursor.u1()));
      case 'M' -> stack.push(new IntValue(cursor.u2()));
      case 'J' -> stack.push(new IntValue(cursor.i4()));
      case 0x8a -> stack.push(new IntValue(cursor.integer(cursor.u1())));
      case 'G' -> stack.push(new FloatValue(cursor.bigEndianDouble()));
      case 'X' -> stack.push(new StringValue(cursor.utf8(cursor.i4() & 0xffffffffL)));
      case 0x8c -> stack.push(new StringValue(cursor.utf8(cursor.u1())));
      case 0x8d -> stack.push(new StringValue(cursor.utf8(unsigned(cursor.i8()))));
      case 'C' -> bytes(cursor.u1());
      case 'B' -> bytes(cursor.i4() & 0xffffffffL);
      case 'U' -> stack.push(cursor.text(cursor.u1()));
      case 'T' -> stack.push(cursor.text(cursor.i4() & 0xffffffffL));
      case 0x8e -> bytes(unsigned(cursor.i8()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '(' -> stack.mark();
      case '0' -> stack.pop();
      case '1' -> stack.popToMark();
      case '2' -> stack.push(stack.top());
      case ')' -> stack.push(new TupleValue(List.of()));
      case 't' -> stack.push(new TupleValue(stack.popToMark()));
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case ']', 0x8f -> stack.push(new ListValue());
      case 'l' -> {
        ListValue list = new ListValue();
        list.items().addAll(stack.popToMark());
        stack.push(list);
      }
      case 'a' -> {
        PickleValue item = stack.pop();
        topList().items().add(item);
      }
      case 'e', 0x90 -> {
        List<PickleValue> items = stack.popToMark();
        topList().items().addAll(items);
      }
      case '}' -> stack.push(new DictValue());
      case 'd' -> {
        List<PickleValue> items = stack.popToMark();
        stack.push(new DictValue());
        fill(items);
      }
      case 's' -> {
        PickleValue value = stack.pop();
        PickleValue key = stack.pop();
        fill(List.of(key, value));
      }
      case 'u' -> fill(stack.popToMark());
      case 'q' -> stack.memoize(cursor.u1());
      case 'r' -> stack.memoize(memoKey());
      case 0x94 -> stack.memoizeNext();
      case 'h' -> stack.recall(cursor.u1());
      case 'j' -> stack.recall(memoKey());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int opcode, int offset) {
    switch (opcode) {
      case 'c' -> {
        String module = cursor.line();
        stack.push(global(module, cursor.line(), offset));
      }
      case 0x93 -> {
        PickleValue name = stack.pop();
        PickleValue module = stack.pop();
        if (!(name instanceof StringValue n) || !(module instanceof StringValue m)) {
          throw cursor.malformed("a global whose name is not a string");
        }
        stack.push(global(m.value(), n.value(), offset));
      }
      case 'i' -> {
        String module = cursor.line();
        throw foreign.refused(new GlobalValue(module, cursor.line(), offset));
      }
      case 'o', 0x92, 0x82, 0x83, 0x84 -> {
        foreign.throwIfAny();
        throw foreign.refused(new GlobalValue("opcode", Integer.toString(opcode), offset));
      }
      case 'R' -> reduce();
      case 0x81 -> newObject();
      case 'b' -> build();
      case 'Q' -> stack.push(persistent(stack.pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private GlobalValue global(String module, String name, int offset) {
    GlobalValue global = new GlobalValue(module, name, offset);
    if (!AllowedGlobals.contains(global)) {
      foreign.found(global);
    }
    return global;
  }

  private void reduce() {
    PickleValue args = stack.pop();
    PickleValue function = stack.pop();
    if (!(function instanceof GlobalValue global) || !(args instanceof TupleValue tuple)) {
      throw cursor.malformed("a call of something that is not a name");
    }
    if (!AllowedGlobals.contains(global)) {
      throw foreign.refused(global);
    }
    @Nullable PickleValue value = AllowedGlobals.call(global, tuple.items());
    if (value == null) {
      throw cursor.malformed(Printable.name(global.fullName()) + " with unexpected arguments");
    }
    stack.push(value);
  }

  private void newObject() {
    PickleValue args = stack.pop();
    PickleValue type = stack.pop();
    if (!(type instanceof GlobalValue global) || !(args instanceof TupleValue tuple)) {
      throw cursor.malformed("a new object of something that is not a class");
    }
    if (global.fullName().equals("collections.OrderedDict") && tuple.items().isEmpty()) {
      stack.push(new DictValue());
      return;
    }
    if (!AllowedGlobals.isAttributeHolder(global)) {
      if (!tuple.items().isEmpty() || AllowedGlobals.contains(global)) {
        throw foreign.refused(global);
      }
      foreign.instantiated(global);
    }
    stack.push(new ObjectValue(global));
  }

  private void build() {
    PickleValue state = stack.pop();
    PickleValue target = stack.top();
    if (target instanceof ObjectValue object) {
      object.setState(state);
      foreign.built(object);
    } else if (!(target instanceof DictValue)) {
      throw cursor.malformed("attributes for something that is not an object");
    }
    // An OrderedDict of PyTorch carries attributes (_metadata); they hold no weights.
  }

  /** Storages, in old files the classes of a pickled module, in the oldest ones tensors. */
  private PickleValue persistent(PickleValue id) {
    @Nullable TensorValue tensor = id instanceof StringValue key ? tensors.get(key.value()) : null;
    if (tensor != null) {
      return tensor;
    }
    if (!(id instanceof TupleValue tuple)
        || tuple.items().size() < 2
        || !(tuple.items().get(0) instanceof StringValue kind)
        || !(tuple.items().get(1) instanceof GlobalValue type)) {
      throw cursor.malformed("a persistent id that is not PyTorch's");
    }
    List<PickleValue> items = tuple.items();
    if (kind.value().equals("module") && items.size() == 4) {
      return type;
    }
    if (!kind.value().equals("storage")
        || items.size() < 5
        || items.size() > 6
        || !(items.get(2) instanceof StringValue key)
        || !(items.get(4) instanceof IntValue elements)) {
      throw cursor.malformed("a persistent id that is not PyTorch's");
    }
    if (items.size() == 6 && items.get(5) != NoneValue.NONE) {
      throw cursor.malformed("a storage that is a view on another storage");
    }
    @Nullable DType dtype = AllowedGlobals.storageType(type);
    if (dtype == null) {
      if (!type.module().equals("torch") || !type.name().endsWith("Storage")) {
        throw foreign.refused(type);
      }
      throw Problem.of(ErrorId.TENSOR_DTYPE, "a storage type that facekit does not read")
          .at(cursor.at(type.offset()))
          .found(Printable.name(type.fullName()))
          .asException();
    }
    StorageValue storage = new StorageValue(dtype, key.value(), elements.value());
    @Nullable StorageValue known = storages.putIfAbsent(key.value(), storage);
    if (known != null && !known.equals(storage)) {
      throw cursor.malformed("a storage with two types or sizes");
    }
    return storage;
  }

  private void fill(List<PickleValue> items) {
    if (items.size() % 2 != 0) {
      throw cursor.malformed("a dictionary with a key but no value");
    }
    if (!(stack.top() instanceof DictValue dict)) {
      throw cursor.malformed("items for something that is not a dictionary");
    }
    for (int i = 0; i < items.size(); i += 2) {
      dict.put(items.get(i), items.get(i + 1));
    }
  }

  private ListValue topList() {
    if (stack.top() instanceof ListValue list) {
      return list;
    }
    throw cursor.malformed("items for something that is not a list");
  }

  private void tuple(int size) {
    PickleValue[] items = new PickleValue[size];
    for (int i = size - 1; i >= 0; i--) {
      items[i] = stack.pop();
    }
    stack.push(new TupleValue(List.of(items)));
  }

  private void bytes(long size) {
    cursor.skip(size);
    stack.push(new BytesValue((int) size));
  }

  private void protocol(int version) {
    if (version < 2 || version > 5) {
      throw cursor.malformed("pickle protocol " + version + "; 2 to 5 are read");
    }
  }

  private void frame(long size) {
    if (size < 0) {
      throw cursor.malformed("a frame of " + size + " bytes");
    }
  }

  private int memoKey() {
    int key = cursor.i4();
    if (key < 0) {
      throw cursor.malformed("a negative memo key");
    }
    return key;
  }

  private long unsigned(long size) {
    if (size < 0) {
      throw cursor.limit("a length over 2^63");
    }
    return size;
  }

  /** The element type of a typed storage class such as {@code torch.FloatStorage}, or null. */
  public static @Nullable DType storageType(GlobalValue global) {
    return AllowedGlobals.storageType(global);
  }

  /** The items of a tuple or list, or null. */
  public static @Nullable List<PickleValue> items(PickleValue value) {
    if (value instanceof TupleValue t) {
      return t.items();
    }
    return value instanceof ListValue l ? new ArrayList<>(l.items()) : null;
  }
}
