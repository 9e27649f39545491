package io.facekit.core.torch;

import java.util.List;
import java.util.Map;

/** A value of a JSON text. */
sealed interface JsonValue {
  /** Members in the order of the text. */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {}

  record JsonArray(List<JsonValue> items) implements JsonValue {
    public JsonArray {
      items = List.copyOf(items);
    }
  }

  record JsonString(String value) implements JsonValue {}

  /** A number as it is spelled. */
  record JsonNumber(String text) implements JsonValue {}

  record JsonBool(boolean value) implements JsonValue {}

  record JsonNull() implements JsonValue {}
}
