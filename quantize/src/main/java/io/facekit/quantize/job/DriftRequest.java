package io.facekit.quantize.job;

import io.facekit.quantize.drift.GateLimits;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Two ONNX or TFLite files, to be compared on faces.
 *
 * @param faces the folder of images, one subfolder per identity
 * @param preprocessing name of a preset; when absent what the files say, or {@code mobilefacenet}
 * @param output the folder of the report; none is written when absent
 * @param force whether an existing report is replaced
 * @param threads at least 1
 */
public record DriftRequest(
    Path reference,
    Path candidate,
    Path faces,
    Optional<String> preprocessing,
    Optional<Path> output,
    GateLimits gates,
    boolean force,
    int threads) {}
