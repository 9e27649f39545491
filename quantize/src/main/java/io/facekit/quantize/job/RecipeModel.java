package io.facekit.quantize.job;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.quantize.Progress;
import io.facekit.quantize.recipe.Recipe;
import io.facekit.quantize.recipe.RecipeReader;
import io.facekit.runtime.face.Preprocessing;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A recipe and the model that it is for.
 *
 * @param recipe with its preprocessing settled
 */
record RecipeModel(Recipe recipe, SourceModel model) {
  /**
   * @param other overrides the model that the recipe names
   */
  static RecipeModel read(Path config, Optional<Path> other, Progress progress) {
    Recipe stated = RecipeReader.read(config);
    Path file =
        other
            .or(stated::model)
            .orElseThrow(
                () ->
                    Problem.of(ErrorId.USAGE, "no model is given")
                        .at(config.toString())
                        .hint("add model: to the recipe, or name it on the command line")
                        .asException());
    SourceModel model =
        SourceModel.read(
            file, stated.preprocessing().map(p -> new InputSize(p.height(), p.width())));
    Recipe settled =
        stated.preprocessing().isPresent()
            ? agreeing(stated, model, progress)
            : completed(stated, model, config, progress);
    return new RecipeModel(settled, model);
  }

  private static Recipe agreeing(Recipe stated, SourceModel model, Progress progress) {
    Preprocessing own = stated.contract();
    model
        .architecture()
        .flatMap(a -> InputFormats.contradiction(a, own))
        .ifPresent(progress::warning);
    ToldPreprocessing.stated(model)
        .filter(p -> !p.sameValues(own))
        .ifPresent(
            p ->
                progress.warning(
                    "the model's file wants "
                        + p.inWords()
                        + ", but the recipe's preprocessing goes before"));
    return stated;
  }

  /** A recipe that leaves preprocessing to the model. */
  private static Recipe completed(
      Recipe stated, SourceModel model, Path config, Progress progress) {
    ToldPreprocessing told =
        ToldPreprocessing.of(model)
            .orElseThrow(() -> InputFormats.untold(model, config).asException());
    progress.message(told.notice("preprocessing: in the recipe changes it"));
    return stated.with(told.preprocessing());
  }
}
