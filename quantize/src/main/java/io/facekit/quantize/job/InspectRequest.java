package io.facekit.quantize.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One model file to be described.
 *
 * @param inputSize for models that do not tell their input's size
 */
public record InspectRequest(Path model, Optional<InputSize> inputSize) {}
