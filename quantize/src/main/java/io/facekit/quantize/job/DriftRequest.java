package io.facekit.quantize.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Two models of any kind, to be compared on faces.
 *
 * @param faces the folder of images, one subfolder per identity
 * @param preprocessing name of a preset; {@code mobilefacenet} when absent
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
    DriftGates gates,
    boolean force,
    int threads) {}
