package io.facekit.quantize.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.quantize.select.NearMiss;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.util.List;
import java.util.Optional;

/** Reads preprocessing, as a preset's name or in full. */
final class PreprocessingBinder {
  private final Document document;
  private final Problems problems;

  PreprocessingBinder(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
  }

  /** Empty when there is none, or when its preset is unknown, which is reported. */
  Optional<Preprocessing> bind() {
    JsonNode node = document.root().path("preprocessing");
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return node.isTextual() ? preset(node.textValue()) : Optional.of(PreprocessingJson.read(node));
  }

  private Optional<Preprocessing> preset(String name) {
    Optional<PreprocessingPreset> preset = PreprocessingPreset.named(name);
    if (preset.isEmpty()) {
      List<String> known = PreprocessingPreset.names();
      problems.add(
          Problem.of(ErrorId.RECIPE_VALUE, "there is no such preset")
              .at(document.at("/preprocessing"))
              .found(Shown.text(name))
              .hint(
                  NearMiss.of(name, known)
                      .map(near -> "did you mean '" + near + "'?")
                      .orElse("presets are " + String.join(", ", known))));
    }
    return preset.map(PreprocessingPreset::preprocessing);
  }
}
