package io.facekit.quantize.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One model file to be described.
 *
 * @param inputSize for models that do not tell their input's size
 * @param graph whether the whole graph is described too
 */
public record InspectRequest(Path model, Optional<InputSize> inputSize, boolean graph) {}
