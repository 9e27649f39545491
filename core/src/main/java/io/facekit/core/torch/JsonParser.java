package io.facekit.core.torch;

import io.facekit.core.torch.JsonValue.JsonArray;
import io.facekit.core.torch.JsonValue.JsonBool;
import io.facekit.core.torch.JsonValue.JsonNull;
import io.facekit.core.torch.JsonValue.JsonNumber;
import io.facekit.core.torch.JsonValue.JsonObject;
import io.facekit.core.torch.JsonValue.JsonString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Parses a JSON text (RFC 8259), strictly: UTF-8, one value, white space around it. A member name
 * that occurs twice in an object is an error, and so is nesting deeper than 64.
 */
final class JsonParser {
  private static final int DEEPEST = 64;
  private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";
  private static final int LONGEST_NUMBER = 64;

  private final String text;
  private final BiFunction<String, Integer, RuntimeException> error;
  private int at;
  private int depth;

  private JsonParser(String text, BiFunction<String, Integer, RuntimeException> error) {
    this.text = text;
    this.error = error;
  }

  /**
   * @param error makes the exception from what is wrong and the place, counted in characters
   */
  static JsonValue parse(ByteBuffer utf8, BiFunction<String, Integer, RuntimeException> error) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(utf8.duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw error.apply("the JSON text is not UTF-8", 0);
    }
    JsonParser parser = new JsonParser(text, error);
    JsonValue value = parser.value();
    parser.space();
    if (parser.at < text.length()) {
      throw parser.wrong("text after the end of the JSON value");
    }
    return value;
  }

  private JsonValue value() {
    space();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new JsonString(string());
      case 't' -> word("true", new JsonBool(true));
      case 'f' -> word("false", new JsonBool(false));
      case 'n' -> word("null", new JsonNull());
      default -> number();
    };
  }

  private JsonObject object() {
    enter();
    Map<String, JsonValue> members = new LinkedHashMap<>();
    at++;
    space();
    if (peek() != '}') {
      do {
        space();
        int start = at;
        String name = string();
        space();
        expect(':');
        if (members.put(name, value()) != null) {
          at = start;
          throw wrong("a member name that occurs twice");
        }
        space();
      } while (skip(','));
    }
    expect('}');
    depth--;
    return new JsonObject(Collections.unmodifiableMap(members));
  }

  private JsonArray array() {
    enter();
    List<JsonValue> items = new ArrayList<>();
    at++;
    space();
    if (peek() != ']') {
      do {
        items.add(value());
        space();
      } while (skip(','));
    }
    expect(']');
    depth--;
    return new JsonArray(items);
  }

  private void enter() {
    if (++depth > DEEPEST) {
      throw wrong("JSON nested deeper than " + DEEPEST);
    }
  }

  private JsonValue number() {
    int end = at;
    while (end < text.length() && "+-.eE0123456789".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    String number = text.substring(at, Math.min(end, at + LONGEST_NUMBER));
    if (!number.matches(NUMBER) || end - at > LONGEST_NUMBER) {
      throw wrong("no JSON value");
    }
    at = end;
    return new JsonNumber(number);
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw wrong("no JSON value");
    }
    at += word.length();
    return value;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      }
      if (c < 0x20) {
        throw wrong("a string without an end");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        String digits = text.substring(at, Math.min(at + 4, text.length()));
        if (!digits.matches("[0-9a-fA-F]{4}")) {
          throw wrong("an escape that JSON does not have");
        }
        at += 4;
        yield (char) Integer.parseInt(digits, 16);
      }
      default -> throw wrong("an escape that JSON does not have");
    };
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** The next character; 0 at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean skip(char c) {
    boolean there = peek() == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!skip(c)) {
      throw wrong("no '" + c + "' where JSON needs one");
    }
  }

  private RuntimeException wrong(String what) {
    return error.apply(what, at);
  }
}
