package io.facekit.core.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The attributes of an op in printed form, as its record's {@code toString} writes them. */
public record OpText(Map<String, String> attributes) {

  private String get(String name) {
    String text = attributes.get(name);
    if (text == null) {
      throw new IllegalArgumentException("attribute '" + name + "' is missing");
    }
    return text;
  }

  public int integer(String name) {
    return Integer.parseInt(get(name));
  }

  public double number(String name) {
    return Double.parseDouble(get(name));
  }

  public List<Integer> integers(String name) {
    String text = get(name);
    List<Integer> out = new ArrayList<>();
    for (String part : text.substring(1, text.length() - 1).split(",")) {
      if (!part.isBlank()) {
        out.add(Integer.parseInt(part.strip()));
      }
    }
    return out;
  }

  public Activation activation() {
    return Activation.valueOf(get("activation"));
  }

  public String text(String name) {
    return get(name);
  }
}
