package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema, the reader, the examples and the documentation say the same. */
class RecipeSchemaTest {
  private static final Path CONFIGS = Path.of("..", "configs");
  private static final Path SCHEMA = CONFIGS.resolve("recipe.schema.json");
  private static final Pattern BLOCK = Pattern.compile("```(json|yaml)\n(.*?)```", Pattern.DOTALL);
  private static final YAMLMapper YAML = new YAMLMapper();

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(CONFIGS)) {
      return files
          .filter(f -> f.toString().matches(".*\\.(json|yaml|yml)"))
          .filter(f -> !f.equals(SCHEMA))
          .sorted()
          .toList();
    }
  }

  /** What both the schema and the reader must take; YAML is a superset of JSON. */
  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsValidForSchemaAndReader(Path example) throws IOException {
    assertThat(errors(Files.readString(example))).isEmpty();
    assertThatCode(() -> RecipeReader.read(example)).doesNotThrowAnyException();
  }

  @Test
  void theRecipesInTheDocumentationAreValidForSchemaAndReader(@TempDir Path folder)
      throws IOException {
    int recipes = 0;
    for (Path page : List.of(CONFIGS.resolve("README.md"), Path.of("..", "README.md"))) {
      Matcher blocks = BLOCK.matcher(Files.readString(page));
      while (blocks.find()) {
        String text = blocks.group(2);
        if (text.contains("calibration")) {
          recipes++;
          Path file = Files.writeString(folder.resolve("recipe." + blocks.group(1)), text);
          assertThat(errors(text)).as(text).isEmpty();
          assertThatCode(() -> RecipeReader.read(file)).as(text).doesNotThrowAnyException();
        }
      }
    }
    assertThat(recipes).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{calibration: images}",
        "{preprocessing: raw}",
        "{preprocessing: raw, calibration: {}}",
        "{preprocessing: raw, calibration: {images: x, samples: 0}}",
        "{preprocessing: raw, calibration: {images: x, percentile: 50}}",
        "{preprocessing: raw, calibration: {images: x, ranges: best}}",
        "{preprocessing: raw, calibration: {images: x}, calibrate: {}}",
        "{preprocessing: {size: [112, 112], mean: 0}, calibration: {images: x}}",
        "{preprocessing: raw, calibration: {images: x}, targets: [coreml]}",
        "{preprocessing: raw, calibration: {images: x}, gates: {cosineMean: 2}}",
        "{preprocessing: raw, calibration: {images: x}, precision: {rules: [{select: a}]}}",
        "{preprocessing: raw, calibration: {images: x}, activations: int4}",
      })
  void schemaAndReaderRefuseTheSame(String recipe, @TempDir Path folder) throws IOException {
    assertThat(errors(recipe)).isNotEmpty();
    Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
    assertThatCode(() -> RecipeReader.read(file))
        .isInstanceOf(io.facekit.core.error.FacekitException.class);
  }

  @Test
  void theCopyInsideTheProgramIsTheSame() throws IOException {
    try (InputStream in = Recipe.class.getResourceAsStream("recipe.schema.json")) {
      assertThat(Objects.requireNonNull(in).readAllBytes()).isEqualTo(Files.readAllBytes(SCHEMA));
    }
  }

  @Test
  void theReadmeExplainsEveryKey() throws IOException {
    Set<String> keys = new TreeSet<>();
    collectKeys(tree(), keys);
    assertThat(keys).contains("model", "percentile", "first", "sensitive_layers", "cosineP1");
    String readme = Files.readString(CONFIGS.resolve("README.md"));
    for (String key : keys) {
      assertThat(readme).containsPattern("[`.{]\\Q" + key + "\\E[`:]");
    }
  }

  private static void collectKeys(JsonNode schema, Set<String> keys) {
    schema.path("properties").fieldNames().forEachRemaining(keys::add);
    schema.forEach(child -> collectKeys(child, keys));
  }

  private static JsonNode tree() throws IOException {
    return new JsonMapper().readTree(SCHEMA.toFile());
  }

  private static List<?> errors(String text) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(tree());
    return schema.validate(YAML.readTree(text));
  }
}
