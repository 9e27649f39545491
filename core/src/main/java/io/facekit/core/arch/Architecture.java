package io.facekit.core.arch;

import java.util.List;

/**
 * A recognised architecture.
 *
 * @param name the family, with its variant: {@code insightface iresnet50}
 * @param height of the input image that its last kernel fits, in pixels
 * @param width likewise
 * @param embedding size of the output row
 * @param inputs the input format of the code that the family comes from, first; then those of other
 *     code with the same names and shapes
 */
public record Architecture(
    String name, int height, int width, int embedding, List<InputFormat> inputs) {
  public Architecture {
    inputs = List.copyOf(inputs);
  }
}
