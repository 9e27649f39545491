package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a recipe, it is read or refused with places, and nothing else. */
class DamagedRecipeTest {
  private static final Path CONFIGS = Path.of("..", "configs");
  private static final long SEED = 20261124;

  private static final String[] SPLICES = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "'",
    "\n",
    "\t",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "#",
    "%",
    "---\n",
    "...\n",
    "<<: ",
    "~",
    "null",
    "1e999",
    "-0",
    ".nan",
    "\\u0000",
    "\\",
    "\u0000",
    "\ufeff",
    "\u2028",
    "999999999999999999999999",
    "NaN",
    "/*",
    "true",
    "percentile: ",
    "\"model\":"
  };

  @ParameterizedTest
  @ValueSource(strings = {"mixed.json", "mixed.yaml"})
  void damagedTextIsReadOrRefusedWithPlaces(String name) throws IOException {
    String text = Files.readString(CONFIGS.resolve(name));
    Random random = new Random(SEED);
    int refused = 0;
    for (int round = 0; round < 1_500; round++) {
      StringBuilder damaged = new StringBuilder(text);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(damaged.length());
        int end = Math.min(damaged.length(), at + random.nextInt(6));
        damaged.replace(at, end, SPLICES[random.nextInt(SPLICES.length)]);
      }
      refused += refusals(name, damaged.toString().getBytes(StandardCharsets.UTF_8)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed.json", "mixed.yaml"})
  void damagedBytesAreReadOrRefusedWithPlaces(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(CONFIGS.resolve(name));
    Random random = new Random(SEED);
    for (int round = 0; round < 1_000; round++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      refusals(name, damaged);
    }
  }

  @Test
  void everyValueOfAnotherTypeIsReadOrRefusedAtItsPointer() throws IOException {
    JsonMapper mapper = new JsonMapper();
    JsonNode recipe = mapper.readTree(CONFIGS.resolve("mixed.json").toFile());
    List<String> pointers = new ArrayList<>();
    collect(recipe, "", pointers);
    assertThat(pointers).hasSizeGreaterThan(30);
    for (String pointer : pointers) {
      for (String other : List.of("null", "true", "-1", "1e300", "\"\"", "[]", "{}", "[[{}]]")) {
        JsonNode copy = recipe.deepCopy();
        replace(copy, pointer, mapper.readTree(other));
        byte[] text = mapper.writeValueAsBytes(copy);
        try {
          RecipeReader.parse(CONFIGS.resolve("r.json"), text);
        } catch (FacekitException e) {
          assertThat(e.problems()).allSatisfy(p -> assertThat(p.at()).contains(" " + pointer));
        }
      }
    }
  }

  @Test
  void messagesStayShortAndInOneLine() {
    String nasty = "a\\u0000\\u001b[31m\\u202e\\u2028\\ud800" + "x".repeat(220);
    for (String member :
        List.of(
            "\"" + nasty + "\": 1",
            "\"" + nasty + "\": 1, \"" + nasty + "\": 1",
            "\"targets\": [\"" + nasty + "\"]",
            "\"gates\": {\"tarDropAtFar\": {\"" + nasty + "\": 1}}",
            "\"precision\": {\"rules\": [{\"select\": \""
                + nasty
                + "\", \"precision\": \"fp16\"}]}")) {
      List<Problem> problems = Recipes.jsonProblems("{" + Recipes.NEEDED + ", " + member + "}");
      assertThat(problems).isNotEmpty();
      for (Problem p : problems) {
        checkPlace(p, "r.json");
        assertThat(p.at() + p.what() + p.found()).hasSizeLessThan(600);
      }
    }
  }

  private static boolean refusals(String name, byte[] text) {
    try {
      RecipeReader.parse(CONFIGS.resolve(name), text);
      return false;
    } catch (FacekitException e) {
      assertThat(e.problems()).isNotEmpty().allSatisfy(p -> checkPlace(p, name));
      return true;
    }
  }

  private static void checkPlace(Problem p, String name) {
    assertThat(p.at() + p.what() + p.found() + p.hint())
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\u2028]");
    if (p.id() == ErrorId.RECIPE_SYNTAX) {
      assertThat(p.at()).startsWith(name);
    } else {
      // A key that is missing at the top has the place of the whole recipe.
      assertThat(p.at()).matches("\\Q" + name + "\\E:\\d+:\\d+( /.*)?");
      assertThat(p.id()).isIn(ErrorId.RECIPE_KEY, ErrorId.RECIPE_VALUE);
    }
  }

  private static void collect(JsonNode node, String pointer, List<String> pointers) {
    for (var entry : node.properties()) {
      pointers.add(pointer + "/" + entry.getKey());
      collect(entry.getValue(), pointer + "/" + entry.getKey(), pointers);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      pointers.add(pointer + "/" + i);
      collect(node.get(i), pointer + "/" + i, pointers);
    }
  }

  private static void replace(JsonNode root, String pointer, JsonNode value) {
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = root.at(pointer.substring(0, slash));
    String key = pointer.substring(slash + 1);
    assertThat(parent).isInstanceOf(ContainerNode.class);
    if (parent instanceof ObjectNode object) {
      object.set(key, value);
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(key), value);
    }
  }
}
