package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file as a tree that remembers where everything stood.
 *
 * @param name the file's name, for messages
 * @param keys where the key of a JSON pointer stood
 * @param values where the value of a JSON pointer began
 */
record Document(
    String name, ObjectNode root, Map<String, Location> keys, Map<String, Location> values) {
  /** Both counted from 1. */
  record Location(int line, int column) {}

  Document {
    keys = Map.copyOf(keys);
    values = Map.copyOf(values);
  }

  /** The place of a value for {@link io.facekit.core.error.Problem#at}. */
  String at(String pointer) {
    return place(name, values.get(pointer), pointer);
  }

  /** The place of a key for {@link io.facekit.core.error.Problem#at}. */
  String atKey(String pointer) {
    return place(name, keys.getOrDefault(pointer, values.get(pointer)), pointer);
  }

  static String place(String name, @Nullable Location location, String pointer) {
    String position = location == null ? "" : ":" + location.line() + ":" + location.column();
    return name + position + (pointer.isEmpty() ? "" : " " + Shown.plain(pointer));
  }

  /** The pointer of a member or element. */
  static String child(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }
}
