package io.facekit.quantize.job;

import io.facekit.core.arch.Architecture;
import io.facekit.core.arch.InputFormat;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.runtime.face.Preprocessing;
import io.facekit.runtime.face.PreprocessingPreset;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a recognised architecture tells about preprocessing. */
final class InputFormats {
  /** In units of the standard deviation; presets spell the same numbers, and people round them. */
  private static final double TOLERANCE = 0.005;

  private InputFormats() {}

  /**
   * The preprocessing of the code that the architecture comes from, for faces of the usual size;
   * empty if there is other code with the same names, as weights do not tell who trained them.
   */
  static Optional<Preprocessing> usual(Architecture a) {
    return a.inputs().size() == 1
        ? Optional.of(preprocessing(a.inputs().get(0)))
        : Optional.empty();
  }

  /** The architecture, and the presets to choose from if there are several. */
  static String describe(Architecture a) {
    String name = a.name() + ", " + a.embedding() + "-d";
    return a.inputs().size() == 1 ? name : name + ", preprocessing one of " + presets(a);
  }

  private static String presets(Architecture a) {
    return a.inputs().stream().map(InputFormat::preset).collect(Collectors.joining(", "));
  }

  /** The problem of a recipe that leaves preprocessing to a model that does not tell it. */
  static Problem untold(SourceModel model, Path recipe) {
    String found =
        model.takesBytes()
            ? "the model takes pixels as bytes, in an order that it does not tell"
            : model
                .architecture()
                .map(InputFormats::describe)
                .orElse("the model's architecture is not a known one");
    return Problem.of(
            ErrorId.RECIPE_PREPROCESSING,
            "neither the recipe nor the model says how faces are prepared")
        .at(recipe.toString())
        .found(found)
        .hint(
            "add preprocessing: NAME, as the model was trained; names are "
                + String.join(", ", PreprocessingPreset.names()));
  }

  /** A warning where a recipe's preprocessing is none that the architecture is used with. */
  static Optional<String> contradiction(Architecture a, Preprocessing recipe) {
    boolean known = a.inputs().stream().anyMatch(f -> agrees(preprocessing(f), recipe));
    return known
        ? Optional.empty()
        : Optional.of(
            "the recipe's preprocessing is not one that "
                + a.name()
                + " is known to be trained with ("
                + presets(a)
                + ")");
  }

  private static boolean agrees(Preprocessing a, Preprocessing b) {
    boolean same = a.channels() == b.channels();
    for (int i = 0; i < a.mean().size() && same; i++) {
      // Compared as pixel values: the one that becomes 0, and the step that becomes 1.
      double zero = a.mean().get(i) / a.scale();
      double step = a.std().get(i) / a.scale();
      same =
          near(zero, b.mean().get(i) / b.scale(), step)
              && near(step, b.std().get(i) / b.scale(), step);
    }
    return same;
  }

  private static boolean near(double a, double b, double unit) {
    return Math.abs(a - b) <= TOLERANCE * unit;
  }

  private static Preprocessing preprocessing(InputFormat f) {
    return PreprocessingPreset.named(f.preset()).orElseThrow().preprocessing();
  }
}
