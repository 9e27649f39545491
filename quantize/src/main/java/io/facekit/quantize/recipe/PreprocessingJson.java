package io.facekit.quantize.recipe;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.facekit.runtime.face.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The preprocessing contract as recipes and artifacts spell it. */
public final class PreprocessingJson {
  private static final int MAX_CHARS = 4096;
  private static final int MAX_SIZE = 8192;

  /** The fast writer prints a double the same way on every Java version. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private PreprocessingJson() {}

  /** Canonical: sorted keys, all values. */
  public static String write(Preprocessing p) {
    return write(tree(p));
  }

  /** The same as the value of a field. */
  public static void write(Preprocessing p, JsonGenerator json) throws IOException {
    MAPPER.writeValue(json, tree(p));
  }

  static String write(Map<String, Object> tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of text and numbers cannot fail to be written", e);
    }
  }

  static Map<String, Object> tree(Preprocessing p) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("size", List.of(p.height(), p.width()));
    tree.put("channels", p.channels().name());
    tree.put("scale", p.scale());
    tree.put("mean", p.mean());
    tree.put("std", p.std());
    tree.put("layout", "NCHW");
    tree.put("fit", p.fit().name().toLowerCase(Locale.ROOT));
    return tree;
  }

  /** What {@link #write} wrote; empty if anything about the text is not as it would be. */
  public static Optional<Preprocessing> parse(String text) {
    if (text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      return node != null && isComplete(node) ? Optional.of(read(node)) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean isComplete(JsonNode node) {
    return isSize(node.at("/size/0"))
        && isSize(node.at("/size/1"))
        && isOneOf(Preprocessing.Channels.values(), node.path("channels"))
        && isOneOf(Preprocessing.Fit.values(), node.path("fit"))
        && isFactor(node.path("scale"))
        && hasThree(node.path("mean"), false)
        && hasThree(node.path("std"), true);
  }

  private static boolean isSize(JsonNode node) {
    return node.isInt() && node.intValue() > 0 && node.intValue() <= MAX_SIZE;
  }

  private static boolean isOneOf(Enum<?>[] words, JsonNode node) {
    String word = node.asText().toUpperCase(Locale.ROOT);
    return node.isTextual() && Arrays.stream(words).anyMatch(w -> w.name().equals(word));
  }

  private static boolean hasThree(JsonNode node, boolean factors) {
    boolean fits = node.isArray() && node.size() == 3;
    for (JsonNode n : node) {
      fits &= factors ? isFactor(n) : isFinite(n);
    }
    return fits;
  }

  private static boolean isFactor(JsonNode node) {
    return isFinite(node) && node.doubleValue() != 0;
  }

  private static boolean isFinite(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.doubleValue());
  }

  /** Of a checked object; a recipe may leave out scale and fit, and give one number for three. */
  static Preprocessing read(JsonNode node) {
    return new Preprocessing(
        node.at("/size/0").intValue(),
        node.at("/size/1").intValue(),
        Preprocessing.Channels.valueOf(node.path("channels").textValue()),
        node.path("scale").asDouble(1),
        perChannel(node.path("mean")),
        perChannel(node.path("std")),
        Preprocessing.Fit.valueOf(node.path("fit").asText("crop").toUpperCase(Locale.ROOT)));
  }

  private static List<Double> perChannel(JsonNode node) {
    if (!node.isArray()) {
      return Collections.nCopies(3, node.doubleValue());
    }
    List<Double> values = new ArrayList<>();
    node.forEach(value -> values.add(value.doubleValue()));
    return values;
  }
}
