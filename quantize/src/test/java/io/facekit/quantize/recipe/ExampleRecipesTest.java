package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.facekit.core.quant.Target;
import io.facekit.quantize.select.CommonName;
import io.facekit.runtime.face.FaceSet;
import io.facekit.runtime.face.PreprocessingPreset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExampleRecipesTest {
  private static final Path CONFIGS = Path.of("..", "configs");

  @Test
  void everyExampleIsValidAndNamesFilesThatExist() throws IOException {
    List<Path> examples = new ArrayList<>();
    try (Stream<Path> files = Files.list(CONFIGS)) {
      files
          .filter(f -> f.toString().matches(".*\\.(json|yaml)"))
          .filter(f -> !f.endsWith("recipe.schema.json"))
          .forEach(examples::add);
    }
    assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
    for (Path example : examples) {
      Recipe recipe = RecipeReader.read(example);
      assertThat(recipe.model().orElseThrow()).isRegularFile();
      assertThat(recipe.calibration().images()).isDirectory();
      assertThat(recipe.evaluation().orElseThrow().images()).isDirectory();
    }
  }

  @Test
  void jsonAndYamlAreTheSameRecipe() {
    Recipe json = RecipeReader.read(CONFIGS.resolve("mixed.json"));
    Recipe yaml = RecipeReader.read(CONFIGS.resolve("mixed.yaml"));
    assertThat(json).usingRecursiveComparison().ignoringFields("file").isEqualTo(yaml);
    assertThat(json.rules()).isEqualTo(yaml.rules()).isNotEmpty();
    assertThat(json.canonical()).isEqualTo(yaml.canonical());
  }

  @Test
  void theReadmeExplainsEveryKeyAndWord() throws IOException {
    String readme = Files.readString(CONFIGS.resolve("README.md"));
    Set<String> keys = new TreeSet<>();
    collectKeys(RecipeSchema.tree(), keys);
    assertThat(keys).contains("model", "percentile", "first", "sensitive_layers", "cosineP1");
    assertThat(readme).contains("{first: N}", "{last: N}");
    keys.removeAll(Set.of("first", "last"));
    for (String key : keys) {
      assertThat(readme).containsPattern("[`.]\\Q" + key + "\\E`");
    }
    List<String> words = new ArrayList<>(PreprocessingPreset.names());
    words.addAll(CommonName.allWords());
    for (String word : words) {
      assertThat(readme).contains("`" + word + "`");
    }
  }

  @Test
  void theSchemaForEditorsIsTheOneThatIsChecked() throws IOException {
    byte[] copy = Files.readAllBytes(CONFIGS.resolve("recipe.schema.json"));
    try (InputStream in = RecipeReader.class.getResourceAsStream("recipe.schema.json")) {
      assertThat(in).isNotNull();
      assertThat(copy).isEqualTo(in.readAllBytes());
    }
  }

  @Test
  void theSchemaKnowsTheTargetsOfARuntime() {
    List<String> ids =
        Stream.of(Target.values()).filter(t -> t != Target.ONNX).map(Target::id).toList();
    List<String> inSchema = new ArrayList<>();
    RecipeSchema.tree().at("/properties/targets/items/enum").forEach(n -> inSchema.add(n.asText()));
    assertThat(inSchema).isEqualTo(ids);
    List<String> sizes = new ArrayList<>();
    RecipeSchema.tree()
        .at("/properties/gates/properties/sizeMaxBytes/properties")
        .fieldNames()
        .forEachRemaining(sizes::add);
    assertThat(sizes).isEqualTo(ids);
  }

  @Test
  void theManifestDescribesTheSampleFaces() throws Exception {
    Path folder = Path.of("..", "calibration-data");
    FaceSet faces = FaceSet.scan(folder);
    assertThat(faces.size()).isEqualTo(512);
    assertThat(faces.identities()).hasSize(128);
    JsonNode files =
        new JsonMapper().readTree(folder.resolve("manifest.json").toFile()).get("files");
    assertThat(files).hasSize(512);
    for (JsonNode file : files) {
      byte[] bytes = Files.readAllBytes(folder.resolve(file.get("file").asText()));
      assertThat(bytes).hasSize(file.get("sizeBytes").intValue());
      assertThat(sha256(bytes)).isEqualTo(file.get("sha256").asText());
      assertThat(file.get("licence").asText()).isEqualTo("CC0-1.0");
      assertThat(file.get("file").asText()).startsWith(file.get("identity").asText() + "/");
    }
  }

  @Test
  void theSampleModelIsTheOneDescribed() throws Exception {
    Path folder = Path.of("..", "models");
    byte[] model = Files.readAllBytes(folder.resolve("mobilefacenet.pt"));
    assertThat(Files.readString(folder.resolve("README.md"))).contains("`" + sha256(model) + "`");
    assertThat(Files.readString(folder.resolve("LICENSE.faceplugin"))).contains("MIT License");
  }

  private static void collectKeys(JsonNode schema, Set<String> keys) {
    schema.path("properties").fieldNames().forEachRemaining(keys::add);
    schema.forEach(child -> collectKeys(child, keys));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
