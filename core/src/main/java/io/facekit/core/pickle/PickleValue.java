package io.facekit.core.pickle;

import io.facekit.core.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle can hold here: plain data. Lists, dictionaries and objects are filled after they
 * are made and may contain themselves, so they have identity instead of value equality, and nobody
 * should walk them without a limit.
 */
public sealed interface PickleValue {
  /** The {@code None} of Python. */
  enum NoneValue implements PickleValue {
    NONE
  }

  record IntValue(long value) implements PickleValue {}

  record FloatValue(double value) implements PickleValue {}

  record BoolValue(boolean value) implements PickleValue {}

  record StringValue(String value) implements PickleValue {}

  /** The contents of a bytes object are dropped: no model needs them. */
  record BytesValue(int size) implements PickleValue {}

  record TupleValue(List<PickleValue> items) implements PickleValue {
    public TupleValue {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return "tuple of " + items.size();
    }
  }

  /** A name that was looked up, allowed or not. Never resolved to anything that runs. */
  record GlobalValue(String module, String name, int offset) implements PickleValue {
    public String fullName() {
      return module + "." + name;
    }
  }

  /**
   * A flat, typed run of elements in an archive entry.
   *
   * @param key the entry's name in the folder that belongs to the pickle
   * @param elements how many elements the pickle says there are
   */
  record StorageValue(DType dtype, String key, long elements) implements PickleValue {}

  /**
   * A strided view on a storage, exactly as the pickle says: not checked against anything.
   *
   * @param offset first element, in elements
   * @param sizes outermost first
   * @param strides in elements
   */
  record TensorValue(StorageValue storage, long offset, List<Long> sizes, List<Long> strides)
      implements PickleValue {
    public TensorValue {
      sizes = List.copyOf(sizes);
      strides = List.copyOf(strides);
    }
  }

  /** A list, or a set, in order. */
  final class ListValue implements PickleValue {
    private final List<PickleValue> items = new ArrayList<>();

    public List<PickleValue> items() {
      return items;
    }
  }

  /** A dictionary in insertion order; only strings and integers can be looked up. */
  final class DictValue implements PickleValue {
    private final Map<Object, PickleValue> items = new LinkedHashMap<>();

    /** The entries; a key is a {@link String}, a {@link Long}, or another {@link PickleValue}. */
    public Map<Object, PickleValue> items() {
      return items;
    }

    public @Nullable PickleValue get(String key) {
      return items.get(key);
    }

    void put(PickleValue key, PickleValue value) {
      if (key instanceof StringValue s) {
        items.put(s.value(), value);
      } else if (key instanceof IntValue i) {
        items.put(i.value(), value);
      } else if (key instanceof TupleValue) {
        // A tuple may contain itself through a list; its place in memory is key enough.
        items.put(new Object(), value);
      } else {
        items.put(key, value);
      }
    }
  }

  /** An instance of a class that is only a name here. */
  final class ObjectValue implements PickleValue {
    private final GlobalValue type;
    private PickleValue state = NoneValue.NONE;

    ObjectValue(GlobalValue type) {
      this.type = type;
    }

    public GlobalValue type() {
      return type;
    }

    /** The dictionary of attributes, usually; {@link NoneValue} if none was given. */
    public PickleValue state() {
      return state;
    }

    void setState(PickleValue newState) {
      state = newState;
    }

    /** An attribute, if the state is a dictionary that has it. */
    public @Nullable PickleValue attribute(String name) {
      return state instanceof DictValue d ? d.get(name) : null;
    }
  }
}
