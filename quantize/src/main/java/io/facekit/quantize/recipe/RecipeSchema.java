package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.facekit.core.error.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The JSON Schema of recipes; {@code configs/recipe.schema.json} is a copy for editors. */
final class RecipeSchema {
  private static final String RESOURCE = "recipe.schema.json";
  private static final JsonNode TREE = load();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(TREE);

  private RecipeSchema() {}

  /** The schema itself. */
  static JsonNode tree() {
    return TREE;
  }

  /** Adds a problem for everything that breaks the schema; whether nothing does. */
  static boolean check(Document document, Problems problems) {
    int before = problems.list().size();
    SchemaProblem explain = new SchemaProblem(document, TREE);
    for (Error error : SCHEMA.validate(document.root())) {
      problems.add(explain.of(error));
    }
    return problems.list().size() == before;
  }

  private static JsonNode load() {
    try (InputStream in = RecipeSchema.class.getResourceAsStream(RESOURCE)) {
      return new JsonMapper().readTree(Objects.requireNonNull(in, RESOURCE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
