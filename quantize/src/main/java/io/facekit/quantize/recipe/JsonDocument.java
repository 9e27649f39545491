package io.facekit.quantize.recipe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.facekit.core.error.Problems;
import io.facekit.quantize.recipe.Document.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Reads strict JSON. */
final class JsonDocument {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2 * DocumentBuilder.MAX_DEPTH)
                  .maxNumberLength(100)
                  .maxNameLength(1_000)
                  .build())
          .build();

  private JsonDocument() {}

  static Document read(String name, String text, Problems problems) {
    DocumentBuilder builder = new DocumentBuilder(name, problems);
    try (JsonParser parser = FACTORY.createParser(text)) {
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw builder.syntax(
              "the recipe is empty or ends too early", location(parser.currentLocation()));
        }
        accept(token, parser, builder);
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      } while (depth > 0);
      if (parser.nextToken() != null) {
        throw builder.syntax("text after the end", location(parser.currentTokenLocation()));
      }
    } catch (JsonProcessingException e) {
      throw builder.syntax("not valid JSON: " + e.getOriginalMessage(), location(e.getLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return builder.build();
  }

  private static void accept(JsonToken token, JsonParser parser, DocumentBuilder builder)
      throws IOException {
    Location at = location(parser.currentTokenLocation());
    switch (token) {
      case START_OBJECT -> builder.startObject(at);
      case START_ARRAY -> builder.startArray(at);
      case END_OBJECT, END_ARRAY -> builder.end();
      case FIELD_NAME -> builder.key(parser.currentName(), at);
      case VALUE_STRING -> builder.scalar(TextNode.valueOf(parser.getText()), at);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> builder.scalar(number(parser, builder, at), at);
      case VALUE_TRUE, VALUE_FALSE ->
          builder.scalar(BooleanNode.valueOf(token == JsonToken.VALUE_TRUE), at);
      default -> builder.scalar(NullNode.getInstance(), at);
    }
  }

  private static JsonNode number(JsonParser parser, DocumentBuilder builder, Location at)
      throws IOException {
    return Numbers.parse(parser.getText())
        .orElseThrow(() -> builder.syntax("a number that is too long or too large", at));
  }

  private static Location location(@Nullable JsonLocation location) {
    return location == null
        ? new Location(1, 1)
        : new Location(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }
}
