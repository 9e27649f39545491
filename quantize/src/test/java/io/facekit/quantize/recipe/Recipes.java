package io.facekit.quantize.recipe;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads recipes from text in tests. */
final class Recipes {
  /** The keys that every recipe needs, as members of a JSON object. */
  static final String NEEDED =
      "\"preprocessing\": \"insightface\", \"calibration\": {\"images\": \"faces\"}";

  private Recipes() {}

  static Recipe json(String text) {
    return read("r.json", text);
  }

  static Recipe yaml(String text) {
    return read("r.yaml", text);
  }

  static List<Problem> jsonProblems(String text) {
    return problems("r.json", text);
  }

  static List<Problem> yamlProblems(String text) {
    return problems("r.yaml", text);
  }

  static Recipe read(String name, String text) {
    return RecipeReader.parse(Path.of("folder", name), text.getBytes(StandardCharsets.UTF_8));
  }

  static List<Problem> problems(String name, String text) {
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> read(name, text));
    return e == null ? List.of() : e.problems();
  }

  static String line(Problem p) {
    return p.id() + " " + p.at() + " | " + p.what() + " | " + p.found() + " | " + p.hint();
  }
}
