package io.facekit.quantize.job;

import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.Target;
import io.facekit.quantize.plan.TargetPlan;
import java.nio.file.Path;

/**
 * One artifact that was written into the working folder.
 *
 * @param name of the file to be
 * @param precision {@code fp32}, {@code int8} or {@code mixed}
 */
record Built(
    String name,
    Target target,
    String precision,
    Path file,
    long sizeBytes,
    String sha256,
    TargetPlan plan,
    Quantization quantization) {

  boolean isFloat() {
    return precision.equals("fp32");
  }
}
