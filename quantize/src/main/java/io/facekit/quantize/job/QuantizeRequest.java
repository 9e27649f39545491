package io.facekit.quantize.job;

import io.facekit.core.quant.TensorIo;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One recipe to be carried out.
 *
 * @param model overrides the model that the recipe names
 * @param config the recipe, JSON or YAML
 * @param output the folder of the artifacts; that of the recipe, or {@code out}, when absent
 * @param force whether an existing output is replaced
 * @param threads at least 1
 * @param torchCheck whether the float graph is compared with libtorch first
 * @param dumpAfter a stage whose result is also written as text
 * @param io overrides that of the recipe
 */
public record QuantizeRequest(
    Optional<Path> model,
    Path config,
    Optional<Path> output,
    boolean force,
    int threads,
    boolean torchCheck,
    Optional<String> dumpAfter,
    Optional<TensorIo> io) {}
