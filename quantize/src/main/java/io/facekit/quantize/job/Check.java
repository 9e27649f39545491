package io.facekit.quantize.job;

/**
 * Something that a job has checked, and what came out.
 *
 * @param name what was checked, for example {@code ONNX Runtime, batch 5}
 * @param outcome with the figure and its limit, for example {@code max |diff| 3.1e-7 <= 1e-4}
 */
public record Check(String name, boolean passed, String outcome) {}
