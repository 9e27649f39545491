package io.facekit.quantize.recipe;

import io.facekit.core.quant.Precision;
import io.facekit.core.quant.Target;
import io.facekit.core.quant.TensorIo;
import io.facekit.quantize.drift.GateLimits;
import io.facekit.quantize.select.Rule;
import io.facekit.runtime.face.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to make of a model, and what the result must hold. Paths are absolute or relative to the
 * working directory; in the file they are relative to the file.
 *
 * @param file that the recipe was read from
 * @param preprocessing empty if the recipe leaves it to the model
 * @param methods how INT8 is made
 * @param byDefault the precision of layers that no rule selects
 * @param rules the first match wins
 * @param targets without repetition, in order
 * @param io the element type of inputs and outputs of integer TFLite artifacts
 * @param sizeMaxBytes limits by target
 * @param agreementMean the smallest mean cosine between the ONNX and the TFLite artifact
 * @param canonical the recipe as JSON with sorted keys and without paths, for hashes and metadata
 */
public record Recipe(
    Path file,
    Optional<Path> model,
    Optional<Preprocessing> preprocessing,
    ImageSet calibration,
    Methods methods,
    Optional<ImageSet> evaluation,
    Precision byDefault,
    List<Rule> rules,
    List<Target> targets,
    TensorIo io,
    GateLimits gates,
    Map<Target, Long> sizeMaxBytes,
    Optional<Double> agreementMean,
    Optional<Path> output,
    String canonical) {
  public Recipe {
    rules = List.copyOf(rules);
    targets = List.copyOf(targets);
    sizeMaxBytes = Map.copyOf(sizeMaxBytes);
  }

  /** This recipe as if it stated {@code preprocessing}. */
  public Recipe with(Preprocessing stated) {
    return with(Optional.of(stated), byDefault, rules, io);
  }

  /** This recipe with other precisions. */
  public Recipe with(Precision newDefault, List<Rule> newRules) {
    return with(preprocessing, newDefault, newRules, io);
  }

  /** This recipe with other inputs and outputs. */
  public Recipe with(TensorIo newIo) {
    return with(preprocessing, byDefault, rules, newIo);
  }

  private Recipe with(
      Optional<Preprocessing> stated, Precision newDefault, List<Rule> newRules, TensorIo newIo) {
    return CanonicalJson.addTo(
        new Recipe(
            file,
            model,
            stated,
            calibration,
            methods,
            evaluation,
            newDefault,
            newRules,
            targets,
            newIo,
            gates,
            sizeMaxBytes,
            agreementMean,
            output,
            ""));
  }

  /** The preprocessing, where it is settled. */
  public Preprocessing contract() {
    return preprocessing.orElseThrow(
        () -> new IllegalStateException("the recipe's preprocessing is not settled"));
  }

  /**
   * Images of a folder.
   *
   * @param firstIdentities how many identities to take from the start, in order of their names
   * @param lastIdentities how many identities to take from the end
   * @param samples how many of these images to take at most
   */
  public record ImageSet(
      Path images,
      Optional<Integer> firstIdentities,
      Optional<Integer> lastIdentities,
      Optional<Integer> samples) {}
}
