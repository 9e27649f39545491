package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.cli.TfliteFiles.Kind;

/** What docs/quantization.md, "Interpreters", states and explains. */
final class InterpreterBounds {
  private static final double FLOAT_DIFFERENCE = 2e-6;

  private InterpreterBounds() {}

  /** Other kernels, which round integers in another way. */
  static void otherKernels(String pair, Kind kind, Agreement found) {
    switch (kind) {
      case FP32, FP16 -> floats(pair, found);
      case INT8, MIXED -> cosines(pair, found, 0.996, 0.993);
    }
  }

  /** The same kernels, compiled for two processors. */
  static void otherProcessor(String pair, Kind kind, Agreement found) {
    switch (kind) {
      case FP32, FP16 -> floats(pair, found);
      case INT8 -> assertThat(found.difference()).as(pair).isZero();
      case MIXED -> cosines(pair, found, 0.999, 0.997);
    }
  }

  private static void floats(String pair, Agreement found) {
    assertThat(found.difference()).as("%s: %s", pair, found).isLessThanOrEqualTo(FLOAT_DIFFERENCE);
  }

  private static void cosines(String pair, Agreement found, double mean, double min) {
    assertThat(found.meanCosine()).as("%s: %s", pair, found).isGreaterThanOrEqualTo(mean);
    assertThat(found.minCosine()).as("%s: %s", pair, found).isGreaterThanOrEqualTo(min);
  }
}
