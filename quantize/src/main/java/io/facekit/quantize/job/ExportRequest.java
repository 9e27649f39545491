package io.facekit.quantize.job;

import io.facekit.core.quant.Target;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One model to be written in one format.
 *
 * @param model the PyTorch file
 * @param output the artifact; its extension is that of {@code target}
 * @param opset of ONNX, 13 to 21; without meaning for TFLite
 * @param batch the number of images that a TFLite file takes; 0 for any number, as ONNX files do
 * @param fp16 whether weights are stored as float16
 * @param inputSize for models that do not tell their input's size
 * @param torchCheck whether the artifact is compared with libtorch
 * @param faces images for the comparison, beside seeded noise; synthetic ones when absent
 * @param preprocessing name of a preset for the faces; {@code mobilefacenet} when absent
 * @param force whether an existing output is replaced
 * @param threads at least 1
 */
public record ExportRequest(
    Path model,
    Path output,
    Target target,
    int opset,
    int batch,
    boolean fp16,
    Optional<InputSize> inputSize,
    boolean torchCheck,
    Optional<Path> faces,
    Optional<String> preprocessing,
    boolean force,
    int threads) {}
