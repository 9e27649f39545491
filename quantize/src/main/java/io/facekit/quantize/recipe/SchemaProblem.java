package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.quantize.select.NearMiss;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Puts a violation of the schema into words for the person who wrote the recipe. */
final class SchemaProblem {
  private final Document document;
  private final JsonNode schema;

  SchemaProblem(Document document, JsonNode schema) {
    this.document = document;
    this.schema = schema;
  }

  Problem of(Error error) {
    String pointer = pointer(error.getInstanceLocation());
    JsonNode value = document.root().at(pointer);
    String keyword = error.getKeyword();
    if (error.getEvaluationPath().toString().contains("/dependentSchemas/")) {
      return Problem.of(ErrorId.RECIPE_KEY, "the short form and 'precision' exclude each other")
          .at(document.atKey(pointer))
          .hint("write 'sensitive_layers' as rules of 'precision'");
    }
    return switch (keyword) {
      case "additionalProperties" -> unknownKey(error, pointer);
      case "required" -> missing(error, pointer);
      case "enum" -> notInList(keywordValue(error), pointer, value);
      default ->
          Problem.of(ErrorId.RECIPE_VALUE, expected(keyword, keywordValue(error)))
              .at(document.at(pointer))
              .found(Shown.value(value));
    };
  }

  private Problem missing(Error error, String pointer) {
    String key = error.getProperty();
    return Problem.of(ErrorId.RECIPE_VALUE, "the key '" + key + "' is missing")
        .at(document.at(pointer));
  }

  private Problem unknownKey(Error error, String pointer) {
    String key = error.getProperty();
    TreeSet<String> known = new TreeSet<>();
    schemaAbove(error).path("properties").fieldNames().forEachRemaining(known::add);
    String hint =
        known.isEmpty()
            ? "keys here are numbers such as 1e-3"
            : NearMiss.of(key, known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("keys here are " + String.join(", ", known));
    return Problem.of(ErrorId.RECIPE_KEY, "unknown key " + Shown.text(key))
        .at(document.atKey(Document.child(pointer, key)))
        .hint(hint);
  }

  private Problem notInList(JsonNode allowed, String pointer, JsonNode value) {
    List<String> words = words(allowed);
    Problem problem =
        Problem.of(ErrorId.RECIPE_VALUE, "expected " + String.join(" or ", words))
            .at(document.at(pointer))
            .found(Shown.value(value));
    return value.isTextual()
        ? NearMiss.of(value.textValue(), words)
            .map(near -> problem.hint("did you mean '" + near + "'?"))
            .orElse(problem)
        : problem;
  }

  private static String expected(String keyword, JsonNode limit) {
    String n = limit.asText();
    return switch (keyword) {
      case "type" -> "expected " + String.join(" or ", words(limit));
      case "minimum" -> "expected at least " + n;
      case "maximum" -> "expected at most " + n;
      case "exclusiveMinimum" -> "expected more than " + n;
      case "exclusiveMaximum" -> "expected less than " + n;
      case "minItems" -> "expected a list of at least " + n;
      case "maxItems" -> "expected a list of at most " + n;
      case "minLength" -> "expected text of at least " + n + " characters";
      case "maxLength" -> "expected text of at most " + n + " characters";
      case "minProperties" -> "expected at least " + n + " key";
      case "maxProperties" -> "expected at most " + n + " key";
      case "uniqueItems" -> "expected no value twice";
      default -> "not allowed by the schema (" + keyword + ")";
    };
  }

  private static List<String> words(JsonNode node) {
    List<String> words = new ArrayList<>();
    for (JsonNode word : node.isArray() ? node : List.of(node)) {
      words.add(
          switch (word.asText()) {
            case "object" -> "a mapping";
            case "array" -> "a list";
            case "string" -> "text";
            case "number" -> "a number";
            case "integer" -> "an integer";
            default -> word.asText();
          });
    }
    return words;
  }

  private JsonNode keywordValue(Error error) {
    return schemaAbove(error).path(error.getKeyword());
  }

  /** The schema object that holds the violated keyword. */
  private JsonNode schemaAbove(Error error) {
    NodePath path = error.getSchemaLocation().getFragment();
    JsonNode node = schema;
    for (int i = 0; i < path.getNameCount() - 1; i++) {
      node =
          path.getElement(i) instanceof Integer index
              ? node.path(index)
              : node.path(path.getName(i));
    }
    return node;
  }

  private static String pointer(NodePath path) {
    String pointer = "";
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer = Document.child(pointer, path.getName(i));
    }
    return pointer;
  }
}
