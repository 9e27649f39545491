package io.facekit.quantize.job;

import java.util.List;
import java.util.Optional;

/**
 * What the candidate must hold; empty means no gate.
 *
 * @param cosineMean least mean cosine between the two embeddings of an image
 * @param cosineP1 least first percentile of that cosine
 * @param cosineMin least cosine of any image
 * @param tarDrops most percentage points of TAR that may be lost at a FAR
 * @param sizeMaxBytes largest candidate file
 */
public record DriftGates(
    Optional<Double> cosineMean,
    Optional<Double> cosineP1,
    Optional<Double> cosineMin,
    List<TarDrop> tarDrops,
    Optional<Long> sizeMaxBytes) {

  public DriftGates {
    tarDrops = List.copyOf(tarDrops);
  }

  /**
   * A gate on the loss of TAR at one FAR.
   *
   * @param far false accept rate, between 0 and 1
   * @param maxPoints percentage points
   */
  public record TarDrop(double far, double maxPoints) {}
}
