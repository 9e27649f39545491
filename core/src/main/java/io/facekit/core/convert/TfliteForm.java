package io.facekit.core.convert;

import io.facekit.core.quant.TensorIo;
import io.facekit.core.tflite.ImageInput;
import org.jspecify.annotations.Nullable;

/**
 * How a TFLite file presents itself.
 *
 * @param image how the input is made from an image; null if that is not known
 * @param io the element type of inputs and outputs
 * @param batch the number of images that it takes; 0 for any number
 */
public record TfliteForm(@Nullable ImageInput image, TensorIo io, int batch) {
  /** Floats, any number of images, and nothing said of how they are made. */
  public static final TfliteForm PLAIN = new TfliteForm(null, TensorIo.FLOAT32, 0);
}
