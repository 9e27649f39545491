package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.facekit.core.error.Problems;
import io.facekit.quantize.recipe.Document.Location;
import java.io.StringReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * Reads YAML: one document, no anchors, aliases or tags. Plain scalars mean what YAML 1.2's core
 * schema says: {@code no} and {@code on} are text, {@code 1e-3} is a number, and {@code 0x10} or
 * {@code 012} are text, not numbers in another base. It works on the parser's events, because only
 * they tell a plain scalar from a quoted one.
 */
final class YamlDocument {
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSE = Set.of("false", "False", "FALSE");

  private final DocumentBuilder builder;
  private int documents;

  private YamlDocument(DocumentBuilder builder) {
    this.builder = builder;
  }

  static Document read(String name, String text, Problems problems) {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(2 * DocumentBuilder.MAX_DEPTH);
    options.setMaxAliasesForCollections(0);
    DocumentBuilder builder = new DocumentBuilder(name, problems);
    YamlDocument reader = new YamlDocument(builder);
    try {
      Level level = new Level(null, false);
      for (Event event : new Yaml(options).parse(new StringReader(text))) {
        level = reader.accept(event, level);
      }
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      throw builder.syntax(
          "not valid YAML: " + e.getProblem(), mark == null ? null : location(mark));
    } catch (YAMLException e) {
      throw builder.syntax("not valid YAML: a character or a size is not allowed", null);
    }
    return builder.build();
  }

  /** Where the next event belongs. */
  private static final class Level {
    final @Nullable Level parent;
    final boolean mapping;
    boolean keyIsNext;

    Level(@Nullable Level parent, boolean mapping) {
      this.parent = parent;
      this.mapping = mapping;
      this.keyIsNext = mapping;
    }
  }

  private Level accept(Event event, Level level) {
    Location at = location(event.getStartMark());
    if (event instanceof DocumentStartEvent && ++documents > 1) {
      throw builder.syntax("more than one YAML document", at);
    }
    if (event instanceof AliasEvent) {
      throw builder.syntax("YAML aliases are not supported", at);
    }
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      throw builder.syntax("YAML anchors are not supported", at);
    }
    if (event instanceof ScalarEvent scalar) {
      scalar(scalar, level, at);
      return level;
    }
    if (event instanceof CollectionStartEvent start) {
      return start(start, level, at);
    }
    if (event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd)) {
      builder.end();
      return level.parent == null ? level : level.parent;
    }
    return level;
  }

  private Level start(CollectionStartEvent start, Level level, Location at) {
    refuseTag(start.getTag(), at);
    if (level.keyIsNext) {
      throw builder.syntax("a key must be text", at);
    }
    level.keyIsNext = level.mapping;
    boolean mapping = start.is(Event.ID.MappingStart);
    if (mapping) {
      builder.startObject(at);
    } else {
      builder.startArray(at);
    }
    return new Level(level, mapping);
  }

  private void scalar(ScalarEvent scalar, Level level, Location at) {
    refuseTag(scalar.getTag(), at);
    if (level.keyIsNext) {
      if (scalar.isPlain() && scalar.getValue().equals("<<")) {
        throw builder.syntax("YAML merge keys are not supported", at);
      }
      builder.key(scalar.getValue(), at);
      level.keyIsNext = false;
      return;
    }
    level.keyIsNext = level.mapping;
    builder.scalar(resolve(scalar), at);
  }

  private void refuseTag(@Nullable String tag, Location at) {
    if (tag != null) {
      throw builder.syntax("YAML tags are not supported", at);
    }
  }

  private static JsonNode resolve(ScalarEvent scalar) {
    String text = scalar.getValue();
    if (!scalar.isPlain()) {
      return TextNode.valueOf(text);
    }
    if (NULL.contains(text)) {
      return NullNode.getInstance();
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return BooleanNode.valueOf(TRUE.contains(text));
    }
    return Numbers.parse(text).orElse(TextNode.valueOf(text));
  }

  private static Location location(Mark mark) {
    return new Location(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
