package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.quantize.recipe.Document.Location;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Document} from parser events, within bounds, and notes keys given twice. */
final class DocumentBuilder {
  static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 20_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String name;
  private final Problems problems;
  private final Map<String, Location> keys = new HashMap<>();
  private final Map<String, Location> values = new HashMap<>();
  private final Deque<Frame> open = new ArrayDeque<>();
  private @Nullable JsonNode root;
  private int nodes;

  DocumentBuilder(String name, Problems problems) {
    this.name = name;
    this.problems = problems;
  }

  private static final class Frame {
    final ContainerNode<?> node;
    final String pointer;

    /** Inside the second value of a key: read, but not kept. */
    final boolean discarded;

    String key = "";
    boolean keyTwice;

    Frame(ContainerNode<?> node, String pointer, boolean discarded) {
      this.node = node;
      this.pointer = pointer;
      this.discarded = discarded;
    }
  }

  void startObject(Location at) {
    start(NODES.objectNode(), at);
  }

  void startArray(Location at) {
    start(NODES.arrayNode(), at);
  }

  void end() {
    open.pop();
  }

  void key(String key, Location at) {
    Frame frame = open.element();
    frame.key = key;
    frame.keyTwice = frame.node.has(key);
    String pointer = Document.child(frame.pointer, key);
    if (frame.keyTwice && !frame.discarded) {
      problems.add(
          Problem.of(ErrorId.RECIPE_KEY, "the key " + Shown.text(key) + " is given twice")
              .at(Document.place(name, at, pointer))
              .found(firstTime(keys.get(pointer)))
              .hint("keep one of the two"));
    } else if (!frame.discarded) {
      keys.put(pointer, at);
    }
  }

  void scalar(JsonNode value, Location at) {
    add(value, at);
  }

  /** A problem that ends reading, together with those found before it. */
  FacekitException syntax(String what, @Nullable Location at) {
    problems.add(
        Problem.of(ErrorId.RECIPE_SYNTAX, Shown.plain(what)).at(Document.place(name, at, "")));
    return new FacekitException(problems.list(), null);
  }

  Document build() {
    if (!(root instanceof ObjectNode object)) {
      throw syntax("a recipe is a mapping of keys to values", values.get(""));
    }
    return new Document(name, object, keys, values);
  }

  private void start(ContainerNode<?> node, Location at) {
    if (open.size() == MAX_DEPTH) {
      throw syntax("nested deeper than " + MAX_DEPTH + " levels", at);
    }
    Frame frame = add(node, at);
    open.push(frame);
  }

  private Frame add(JsonNode node, Location at) {
    if (++nodes > MAX_NODES) {
      throw syntax("more than " + MAX_NODES + " values", at);
    }
    Frame parent = open.peek();
    String pointer;
    boolean discarded = false;
    if (parent == null) {
      pointer = "";
      root = node;
    } else if (parent.node instanceof ArrayNode array) {
      pointer = parent.pointer + "/" + array.size();
      discarded = parent.discarded;
      array.add(node);
    } else {
      pointer = Document.child(parent.pointer, parent.key);
      discarded = parent.discarded || parent.keyTwice;
      if (!parent.keyTwice) {
        ((ObjectNode) parent.node).set(parent.key, node);
      }
    }
    if (!discarded) {
      values.put(pointer, at);
    }
    return new Frame(
        node instanceof ContainerNode<?> c ? c : NODES.arrayNode(), pointer, discarded);
  }

  private static String firstTime(@Nullable Location at) {
    return at == null ? "twice" : "first in line " + at.line();
  }
}
