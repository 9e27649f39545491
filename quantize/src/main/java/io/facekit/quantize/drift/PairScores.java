package io.facekit.quantize.drift;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The scores of all unordered pairs among the images that have an identity, block by block, in a
 * fixed order. A score is the cosine similarity rounded to a multiple of 2⁻¹⁸ (about 4e-6), the
 * noise of a float32 dot product, and is passed as an index: 0 is -1, {@link #TOP} is 1.
 */
final class PairScores {
  /** Steps per unit of cosine similarity. */
  static final int GRID = 1 << 18;

  /** The index of cosine similarity 1; there are {@code TOP + 1} indices. */
  static final int TOP = 2 * GRID;

  private static final int COLUMNS = 128;

  private final Embeddings reference;
  private final Embeddings candidate;
  private final int[] rows;
  private final int[] person;
  private final int people;

  /** Receives one pair, {@code first < second} as image positions. */
  interface Sink {
    void pair(int first, int second, boolean genuine, int reference, int candidate);
  }

  PairScores(Embeddings reference, Embeddings candidate) {
    reference.requireSameImages(candidate);
    this.reference = reference;
    this.candidate = candidate;
    this.rows =
        IntStream.range(0, reference.count())
            .filter(i -> reference.identity(i).isPresent())
            .toArray();
    this.person = new int[rows.length];
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < rows.length; i++) {
      String identity = reference.identity(rows[i]).orElseThrow();
      Integer number = numbers.putIfAbsent(identity, numbers.size());
      person[i] = number == null ? numbers.size() - 1 : number;
    }
    this.people = numbers.size();
  }

  int images() {
    return rows.length;
  }

  int people() {
    return people;
  }

  static double score(int index) {
    return index / (double) GRID - 1;
  }

  static int index(float cosine) {
    int rounded = (int) (cosine * (double) GRID + (GRID + 0.5));
    return Math.max(0, Math.min(TOP, rounded));
  }

  void forEach(Sink sink) {
    Block ofReference = new Block(reference, rows);
    Block ofCandidate = new Block(candidate, rows);
    for (int from = 0; from < rows.length; from += COLUMNS) {
      int to = Math.min(rows.length, from + COLUMNS);
      ofReference.load(from, to);
      ofCandidate.load(from, to);
      for (int i = 0; i < to - 1; i++) {
        ofReference.dot(i);
        ofCandidate.dot(i);
        for (int j = Math.max(i + 1, from); j < to; j++) {
          sink.pair(
              rows[i],
              rows[j],
              person[i] == person[j],
              index(ofReference.dots[j - from]),
              index(ofCandidate.dots[j - from]));
        }
      }
    }
  }

  /** Up to {@link #COLUMNS} rows, transposed so that the inner loop runs over independent sums. */
  private static final class Block {
    final float[] dots = new float[COLUMNS];
    private final float[] unit;
    private final int dimension;
    private final int[] rows;
    private final float[] transposed;

    Block(Embeddings of, int[] rows) {
      this.unit = of.unit();
      this.dimension = of.dimension();
      this.rows = rows;
      this.transposed = new float[Math.multiplyExact(dimension, COLUMNS)];
    }

    void load(int from, int to) {
      for (int j = from; j < to; j++) {
        int row = rows[j] * dimension;
        for (int k = 0; k < dimension; k++) {
          transposed[k * COLUMNS + j - from] = unit[row + k];
        }
      }
    }

    /** Fills {@link #dots} with the products of row {@code i} and every loaded row. */
    void dot(int i) {
      Arrays.fill(dots, 0);
      int row = rows[i] * dimension;
      int k = 0;
      for (; k + 4 <= dimension; k += 4) {
        multiplyAdd4(unit, row + k, transposed, k * COLUMNS, dots);
      }
      for (; k < dimension; k++) {
        multiplyAdd(unit[row + k], transposed, k * COLUMNS, dots);
      }
    }

    /** Four steps at once, added in the same order as one by one: fewer loads and stores. */
    private static void multiplyAdd4(float[] a, int at, float[] b, int offset, float[] sums) {
      float a0 = a[at];
      float a1 = a[at + 1];
      float a2 = a[at + 2];
      float a3 = a[at + 3];
      for (int j = 0; j < COLUMNS; j++) {
        float sum = sums[j] + a0 * b[offset + j];
        sum += a1 * b[offset + COLUMNS + j];
        sum += a2 * b[offset + 2 * COLUMNS + j];
        sums[j] = sum + a3 * b[offset + 3 * COLUMNS + j];
      }
    }

    private static void multiplyAdd(float a, float[] b, int offset, float[] sums) {
      for (int j = 0; j < COLUMNS; j++) {
        sums[j] += a * b[offset + j];
      }
    }
  }
}
