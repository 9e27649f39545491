package io.facekit.core.tflite;

import java.util.List;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.Padding;

/** The shapes that convolutions, pools and resizes give; all maps are NHWC. */
final class WindowShapes {
  private static final int MAX_STEP = 1 << 10;
  private static final int MAX_SIZE = 1 << 16;

  private WindowShapes() {}

  static List<Integer> conv(StepView s) {
    List<Integer> x = s.shape(0, 4);
    List<Integer> w = s.shape(1, 4);
    int channels = w.get(0);
    if (x.get(3) % w.get(3) != 0 || channels % (x.get(3) / w.get(3)) != 0) {
      throw s.refuse("a filter of " + w + " does not fit an input of " + x);
    }
    bias(s, channels);
    activation(s, 3);
    return List.of(
        x.get(0),
        size(s, x.get(1), w.get(1), 2, s.int32(5, 1, 1, MAX_STEP, "the dilation")),
        size(s, x.get(2), w.get(2), 1, s.int32(4, 1, 1, MAX_STEP, "the dilation")),
        channels);
  }

  static List<Integer> depthwise(StepView s) {
    List<Integer> x = s.shape(0, 4);
    List<Integer> w = s.shape(1, 4);
    int channels = w.get(3);
    long multiplier = s.int32(3, 0);
    if (w.get(0) != 1 || x.get(3) * multiplier != channels) {
      throw s.refuse(
          "a filter of " + w + " for each " + multiplier + " does not fit an input of " + x);
    }
    bias(s, channels);
    activation(s, 4);
    return List.of(
        x.get(0),
        size(s, x.get(1), w.get(1), 2, s.int32(6, 1, 1, MAX_STEP, "the dilation")),
        size(s, x.get(2), w.get(2), 1, s.int32(5, 1, 1, MAX_STEP, "the dilation")),
        channels);
  }

  static List<Integer> pool(StepView s) {
    List<Integer> x = s.shape(0, 4);
    activation(s, 5);
    int high = s.int32(4, 0, 1, MAX_SIZE, "the window");
    int wide = s.int32(3, 0, 1, MAX_SIZE, "the window");
    return List.of(
        x.get(0), size(s, x.get(1), high, 2, 1), size(s, x.get(2), wide, 1, 1), x.get(3));
  }

  /**
   * @param flags the field of align_corners; half_pixel_centers follows
   */
  static List<Integer> resize(StepView s, int flags) {
    List<Integer> x = s.shape(0, 4);
    List<Integer> size = s.list(1, 2);
    if (s.int8(flags) != 0 && s.int8(flags + 1) != 0) {
      throw s.refuse("half_pixel_centers and align_corners exclude each other");
    }
    if (size.size() != 2 || size.stream().anyMatch(n -> n < 1 || n > MAX_SIZE)) {
      throw s.refuse("the new size is " + size);
    }
    return List.of(x.get(0), size.get(0), size.get(1), x.get(3));
  }

  private static int size(StepView s, int in, int window, int strideField, int dilation) {
    int stride = s.int32(strideField, 0, 1, MAX_STEP, "the stride");
    long reach = (window - 1L) * dilation + 1;
    int padding = s.int8(0);
    if (padding == Padding.SAME) {
      if (reach - 1 > 2L * in) {
        throw s.refuse("a window that reaches over " + reach + " has only padding beside " + in);
      }
      return (in - 1) / stride + 1;
    }
    if (padding != Padding.VALID) {
      throw s.refuse("padding " + padding + " is not known");
    }
    if (reach > in) {
      throw s.refuse("a window that reaches over " + reach + " does not fit into " + in);
    }
    return (int) ((in - reach) / stride + 1);
  }

  static void bias(StepView s, int channels) {
    if (s.has(2) && !s.shape(2).equals(List.of(channels))) {
      throw s.refuse("a bias of " + s.shape(2) + " for " + channels + " channels");
    }
  }

  /** Fused activations: what every kernel and XNNPACK have. */
  static void activation(StepView s, int field) {
    int activation = s.int8(field);
    if (activation != ActivationFunctionType.NONE
        && activation != ActivationFunctionType.RELU
        && activation != ActivationFunctionType.RELU_N1_TO_1
        && activation != ActivationFunctionType.RELU6) {
      throw s.refuse("activation " + activation + " cannot be fused");
    }
  }
}
