package io.facekit.quantize.calibrate;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.quantize.observe.Histogram;
import io.facekit.quantize.observe.MovingAverage;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What was seen of each value. */
final class Observations {
  private static final int LEVELS = 256;

  private final RangeMethod method;
  private final Map<String, Histogram> histograms = new LinkedHashMap<>();
  private final Map<String, MovingAverage> averages = new LinkedHashMap<>();

  Observations(List<String> values, RangeMethod method) {
    this.method = method;
    for (String v : values) {
      histograms.put(v, new Histogram());
      if (method instanceof RangeMethod.BatchAverage) {
        averages.put(v, new MovingAverage());
      }
    }
  }

  void observe(String value, FloatBuffer data) {
    MovingAverage average = averages.get(value);
    if (average != null) {
      average.observe(data);
    }
    Objects.requireNonNull(histograms.get(value)).observe(data);
  }

  /** A value that was NaN or infinite. */
  Optional<String> notFinite() {
    return histograms.entrySet().stream()
        .filter(e -> e.getValue().nonFinite() > 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  void merge(Observations other) {
    other.histograms.forEach((v, h) -> Objects.requireNonNull(histograms.get(v)).merge(h));
    averages.putAll(other.averages);
  }

  Map<String, Range> ranges() {
    Map<String, Range> ranges = new LinkedHashMap<>();
    histograms.forEach((v, h) -> ranges.put(v, range(v, h)));
    return ranges;
  }

  private Range range(String value, Histogram h) {
    if (h.count() == 0) {
      throw Problem.of(ErrorId.DATA_EMPTY, "no image was usable for calibration").asException();
    }
    return method instanceof RangeMethod.OfHistogram m
        ? m.range(h, LEVELS)
        : Objects.requireNonNull(averages.get(value)).range();
  }
}
