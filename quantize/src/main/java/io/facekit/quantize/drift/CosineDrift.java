package io.facekit.quantize.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cosine similarity between the reference's and the candidate's embedding of the same image, over
 * all images.
 *
 * @param mean of all images
 * @param p1 the first percentile by nearest rank: the value at rank ⌈n/100⌉ counted from the worst
 *     image; with fewer than 101 images it is {@code min}
 * @param min of the worst image
 * @param histogram {@link #BELOW} first, then 40 bins of width 0.0025 from 0.9 to 1
 * @param worst the images with the lowest cosine, worst first, ties by position
 */
public record CosineDrift(
    int images, double mean, double p1, double min, List<Bin> histogram, List<ImageCosine> worst) {
  /** Lower edge of the first histogram bin, which holds everything below 0.9. */
  public static final double BELOW = -1;

  private static final int PER_UNIT = 400;
  private static final int FIRST = 360;
  private static final int WORST = 10;

  /**
   * How many images have a cosine in {@code [from, to)}; the last bin includes 1.
   *
   * @param from lower edge
   * @param to upper edge
   */
  public record Bin(double from, double to, int count) {}

  /** The cosine of one image. */
  public record ImageCosine(String name, double cosine) {}

  public CosineDrift {
    histogram = List.copyOf(histogram);
    worst = List.copyOf(worst);
  }

  /**
   * Compares row by row; keeps the ten worst images by name.
   *
   * @throws IllegalArgumentException when the two do not hold the same images in the same order, or
   *     none
   */
  public static CosineDrift of(Embeddings reference, Embeddings candidate) {
    return of(reference, candidate, WORST);
  }

  /** As {@link #of(Embeddings, Embeddings)}, keeping {@code worst} images. */
  public static CosineDrift of(Embeddings reference, Embeddings candidate, int worst) {
    reference.requireSameImages(candidate);
    int n = reference.count();
    if (n == 0 || reference.dimension() != candidate.dimension()) {
      throw new IllegalArgumentException(
          n + " images, dimensions " + reference.dimension() + ", " + candidate.dimension());
    }
    double[] cosines = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      cosines[i] = cosine(reference, candidate, i);
      sum += cosines[i];
    }
    double[] sorted = cosines.clone();
    Arrays.sort(sorted);
    List<ImageCosine> names =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> cosines[i]))
            .limit(worst)
            .map(i -> new ImageCosine(reference.name(i), cosines[i]))
            .toList();
    return new CosineDrift(n, sum / n, sorted[(n + 99) / 100 - 1], sorted[0], bins(cosines), names);
  }

  private static double cosine(Embeddings reference, Embeddings candidate, int image) {
    int row = image * reference.dimension();
    return Cosine.of(reference.unit(), candidate.unit(), row, row + reference.dimension());
  }

  private static List<Bin> bins(double[] cosines) {
    int[] counts = new int[PER_UNIT - FIRST + 1];
    for (double cosine : cosines) {
      int bin = Math.min(PER_UNIT - 1, (int) Math.floor(cosine * PER_UNIT)) - FIRST;
      counts[Math.max(0, bin + 1)]++;
    }
    List<Bin> bins = new ArrayList<>();
    bins.add(new Bin(BELOW, FIRST / (double) PER_UNIT, counts[0]));
    for (int bin = 1; bin < counts.length; bin++) {
      double from = (FIRST + bin - 1) / (double) PER_UNIT;
      double to = (FIRST + bin) / (double) PER_UNIT;
      bins.add(new Bin(from, to, counts[bin]));
    }
    return bins;
  }
}
