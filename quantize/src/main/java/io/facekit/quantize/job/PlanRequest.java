package io.facekit.quantize.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A recipe whose rules are to be found.
 *
 * @param model overrides the model that the recipe names
 * @param config the recipe; its own rules are measured for comparison
 * @param output the recipe to be written; tables and page get names beside it
 * @param budget the mean cosine to the float model that has to be kept
 * @param images of the calibration, on which candidates are measured
 * @param force whether an existing output is replaced
 * @param threads at least 1
 */
public record PlanRequest(
    Optional<Path> model,
    Path config,
    Path output,
    double budget,
    int images,
    boolean force,
    int threads) {}
