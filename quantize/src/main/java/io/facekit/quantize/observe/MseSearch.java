package io.facekit.quantize.observe;

/**
 * Searches the clipping range with the smallest expected squared error of quantize-dequantize, as
 * in Banner et al., "Post-training 4-bit quantization of convolution networks for rapid-deployment"
 * (2019), but measured on the histogram instead of derived from a Laplace or normal distribution,
 * and with two independent ends.
 */
final class MseSearch {
  private MseSearch() {}

  static Range range(Histogram histogram, int levels) {
    return EndSearch.range(histogram, levels, new Moments(histogram)::squaredError);
  }
}
