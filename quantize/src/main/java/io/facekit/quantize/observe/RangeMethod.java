package io.facekit.quantize.observe;

import java.util.List;

/** How the range of a tensor is chosen from what was observed. */
public sealed interface RangeMethod {
  /** The name in recipes. */
  String id();

  /** Methods that need only the distribution of the values, in any order. */
  sealed interface OfHistogram extends RangeMethod {
    /**
     * The range; {@link Range#ZERO} when nothing was observed.
     *
     * @param levels integers that the tensor can take, for example 256
     */
    Range range(Histogram histogram, int levels);
  }

  /** Everything that was seen. */
  record MinMax() implements OfHistogram {
    @Override
    public String id() {
      return "minmax";
    }

    @Override
    public Range range(Histogram histogram, int levels) {
      return new Range(histogram.min(), histogram.max());
    }
  }

  /** Averages over batches: observe with {@link MovingAverage}. */
  record BatchAverage() implements RangeMethod {
    @Override
    public String id() {
      return "moving-average";
    }
  }

  /**
   * Leaves out the same share of the values at each end (Wu et al., "Integer Quantization for Deep
   * Learning Inference", 2020, section 3.4, with two ends instead of one).
   *
   * @param percent of the values that stay inside, over 50 and at most 100
   */
  record Percentile(double percent) implements OfHistogram {
    public static final double DEFAULT = 99.99;

    public Percentile {
      if (!(percent > 50 && percent <= 100)) {
        throw new IllegalArgumentException("percentile outside (50, 100]: " + percent);
      }
    }

    @Override
    public String id() {
      return "percentile";
    }

    @Override
    public Range range(Histogram histogram, int levels) {
      return PercentileSearch.range(histogram, percent);
    }
  }

  /** The range with the smallest expected squared error, rounding and clipping together. */
  record Mse() implements OfHistogram {
    @Override
    public String id() {
      return "mse";
    }

    @Override
    public Range range(Histogram histogram, int levels) {
      return MseSearch.range(histogram, levels);
    }
  }

  /**
   * The range with the smallest expected power of the error.
   *
   * @param norm the power, from 1 to 10
   */
  record Lp(double norm) implements OfHistogram {
    public static final double DEFAULT = 2.4;

    public Lp {
      if (!(norm >= 1 && norm <= 10)) {
        throw new IllegalArgumentException("norm outside [1, 10]: " + norm);
      }
    }

    @Override
    public String id() {
      return "lp";
    }

    @Override
    public Range range(Histogram histogram, int levels) {
      return LpSearch.range(histogram, levels, norm);
    }
  }

  /** The range that keeps most information: the smallest Kullback-Leibler divergence. */
  record Entropy() implements OfHistogram {
    @Override
    public String id() {
      return "entropy";
    }

    @Override
    public Range range(Histogram histogram, int levels) {
      return EntropySearch.range(histogram, levels);
    }
  }

  /** For each range that of {@link #CANDIDATES} which is best for the embedding. */
  record Auto() implements RangeMethod {
    /** The first is the one to beat. */
    public static final List<OfHistogram> CANDIDATES =
        List.of(
            new Mse(), new Percentile(Percentile.DEFAULT), new MinMax(), new Lp(4), new Entropy());

    @Override
    public String id() {
      return "auto";
    }
  }
}
