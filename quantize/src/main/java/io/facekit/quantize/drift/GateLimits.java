package io.facekit.quantize.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an artifact must hold; null means no gate.
 *
 * @param cosineMean least mean cosine
 * @param cosineP1 least first percentile of the cosine
 * @param cosineMin least cosine of any image
 * @param tarDropAtFar most percentage points of TAR that may be lost at a FAR
 * @param sizeMaxBytes largest file
 * @param latencyRatioMax largest latency relative to the FP32 artifact
 */
public record GateLimits(
    @Nullable Double cosineMean,
    @Nullable Double cosineP1,
    @Nullable Double cosineMin,
    List<TarDrop> tarDropAtFar,
    @Nullable Long sizeMaxBytes,
    @Nullable Double latencyRatioMax) {
  /** No gate at all. */
  public static final GateLimits NONE = new GateLimits(null, null, null, List.of(), null, null);

  public GateLimits {
    tarDropAtFar = List.copyOf(tarDropAtFar);
  }

  /**
   * A gate on the loss of TAR at the same FAR, each side with its own threshold.
   *
   * @param far one of {@link Verification#FARS}
   * @param maxPoints percentage points
   */
  public record TarDrop(double far, double maxPoints) {}
}
