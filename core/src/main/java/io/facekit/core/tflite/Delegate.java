package io.facekit.core.tflite;

import java.util.Locale;

/** Delegates of TensorFlow Lite, which take operators from its own kernels. */
public enum Delegate {
  /** The CPU delegate that is on by default. */
  XNNPACK(new XnnpackRules()),
  /** OpenCL and OpenGL; computes in float16. */
  GPU(PhoneRules.GPU),
  /** Android's Neural Networks API, feature level 4 (Android 11). */
  NNAPI(PhoneRules.NNAPI),
  /** Qualcomm's DSP; 8-bit integers only. */
  HEXAGON(PhoneRules.HEXAGON),
  /** Google's Edge TPU and its compiler; 8-bit integers only. */
  EDGETPU(PhoneRules.EDGETPU);

  private final DelegateRules rules;

  Delegate(DelegateRules rules) {
    this.rules = rules;
  }

  /** The name on the command line and in reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  DelegateRules rules() {
    return rules;
  }
}
