package io.facekit.core.json;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a JSON text. The getters raise a {@link Mismatch} if the value is of another kind. */
public sealed interface Json {
  record Members(Map<String, Json> members) implements Json {
    public Members {
      members = Collections.unmodifiableMap(members);
    }
  }

  record Items(List<Json> items) implements Json {
    public Items {
      items = List.copyOf(items);
    }
  }

  record Text(String value) implements Json {}

  record Whole(long value) implements Json {}

  record Real(double value) implements Json {}

  record Flag(boolean value) implements Json {}

  enum Null implements Json {
    NULL
  }

  /** A value is of another kind than it must be, or is missing. */
  final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Mismatch(String message) {
      super(message);
    }
  }

  default Map<String, Json> members() {
    if (this instanceof Members m) {
      return m.members();
    }
    throw new Mismatch("a value that should be an object");
  }

  default List<Json> items() {
    if (this instanceof Items i) {
      return i.items();
    }
    throw new Mismatch("a value that should be a list");
  }

  default String text() {
    if (this instanceof Text t) {
      return t.value();
    }
    throw new Mismatch("a value that should be a string");
  }

  default long whole() {
    if (this instanceof Whole w) {
      return w.value();
    }
    throw new Mismatch("a value that should be an integer");
  }

  default boolean flag() {
    if (this instanceof Flag f) {
      return f.value();
    }
    throw new Mismatch("a value that should be true or false");
  }

  /** A number; newer files spell those that are not finite as strings. */
  default double number() {
    if (this instanceof Real r) {
      return r.value();
    }
    if (this instanceof Text t) {
      switch (t.value()) {
        case "Infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-Infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        case "NaN" -> {
          return Double.NaN;
        }
        default -> throw new Mismatch("a string that should be a number");
      }
    }
    return whole();
  }

  /** A member that must be there. */
  default Json get(String name) {
    @Nullable Json value = members().get(name);
    if (value == null) {
      throw new Mismatch("an object without '" + name + "'");
    }
    return value;
  }

  /** The only member of an object that stands for one of several things. */
  default Map.Entry<String, Json> choice() {
    if (members().size() != 1) {
      throw new Mismatch("a choice of " + members().size() + " things");
    }
    return members().entrySet().iterator().next();
  }
}
