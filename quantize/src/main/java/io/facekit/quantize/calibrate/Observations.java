package io.facekit.quantize.calibrate;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.quantize.observe.Histogram;
import io.facekit.quantize.observe.MovingAverage;
import io.facekit.quantize.observe.Range;
import io.facekit.quantize.observe.RangeMethod;
import io.facekit.runtime.face.FaceBatch;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What was seen of each value. */
final class Observations implements ImagePass.Observer<Observations> {
  private static final int LEVELS = 256;

  private final Map<String, Histogram> histograms = new LinkedHashMap<>();
  private final Map<String, MovingAverage> averages = new LinkedHashMap<>();

  Observations(List<String> values, RangeMethod method) {
    for (String v : values) {
      histograms.put(v, new Histogram());
      if (method instanceof RangeMethod.BatchAverage) {
        averages.put(v, new MovingAverage());
      }
    }
  }

  @Override
  public void observe(String value, FloatBuffer data) {
    MovingAverage average = averages.get(value);
    if (average != null) {
      average.observe(data);
    }
    Objects.requireNonNull(histograms.get(value)).observe(data);
  }

  @Override
  public void seen(FaceBatch image) {
    histograms.forEach(
        (value, histogram) -> {
          if (histogram.nonFinite() > 0) {
            throw Problem.of(ErrorId.DATA_NOT_FINITE, "an activation is NaN or infinite")
                .at(value)
                .found("with the image " + image.faces().get(0).name())
                .hint("check the preprocessing of the recipe against the model's training")
                .asException();
          }
        });
  }

  @Override
  public void merge(Observations other) {
    other.histograms.forEach((v, h) -> Objects.requireNonNull(histograms.get(v)).merge(h));
    averages.putAll(other.averages);
  }

  /**
   * @param together values that will share a scale: their range is chosen for all that any of them
   *     held
   * @param wanted the method of the constructor, or one that needs only histograms
   */
  Map<String, Range> ranges(List<List<String>> together, RangeMethod wanted) {
    Map<String, Histogram> seen = new LinkedHashMap<>(histograms);
    for (List<String> group : together) {
      List<String> known = group.stream().filter(histograms::containsKey).toList();
      Histogram all = new Histogram();
      known.forEach(v -> all.merge(Objects.requireNonNull(histograms.get(v))));
      known.forEach(v -> seen.put(v, all));
    }
    Map<String, Range> ranges = new LinkedHashMap<>();
    seen.forEach((v, h) -> ranges.put(v, range(v, h, wanted)));
    return ranges;
  }

  private Range range(String value, Histogram h, RangeMethod wanted) {
    if (h.count() == 0) {
      throw Problem.of(ErrorId.DATA_EMPTY, "no image was usable for calibration").asException();
    }
    return wanted instanceof RangeMethod.OfHistogram m
        ? m.range(h, LEVELS)
        : Objects.requireNonNull(averages.get(value)).range();
  }
}
