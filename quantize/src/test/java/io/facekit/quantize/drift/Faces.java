package io.facekit.quantize.drift;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Seeded embeddings: people as directions, images around them, a candidate beside each image. */
public final class Faces {
  private final int people;
  private final int imagesEach;
  private final int dimension;
  private final float[] values;

  public Faces(int people, int imagesEach, int dimension, double spread, long seed) {
    this.people = people;
    this.imagesEach = imagesEach;
    this.dimension = dimension;
    this.values = new float[people * imagesEach * dimension];
    Random random = new Random(seed);
    float[] centre = new float[dimension];
    for (int image = 0; image < people * imagesEach; image++) {
      for (int k = 0; k < dimension; k++) {
        if (image % imagesEach == 0) {
          centre[k] = (float) random.nextGaussian();
        }
        values[image * dimension + k] = (float) (centre[k] + spread * random.nextGaussian());
      }
    }
  }

  public Embeddings reference() {
    return embeddings(values);
  }

  /** The same images, each moved by its own share of {@code noise}. */
  public Embeddings candidate(double noise, long seed) {
    Random random = new Random(seed);
    float[] moved = values.clone();
    for (int image = 0; image < people * imagesEach; image++) {
      double own = noise * (0.6 + 0.4 * Math.abs(random.nextGaussian()));
      for (int k = 0; k < dimension; k++) {
        moved[image * dimension + k] += (float) (own * random.nextGaussian());
      }
    }
    return embeddings(moved);
  }

  private Embeddings embeddings(float[] rows) {
    Embeddings.Builder builder = Embeddings.builder(people * imagesEach, dimension);
    for (int image = 0; image < people * imagesEach; image++) {
      String person = "person-" + (image / imagesEach + 1001);
      String name = person + "/" + (image % imagesEach + 1) + ".jpg";
      builder.add(name, Optional.of(person), rows, image * dimension);
    }
    return builder.build();
  }

  /** Embeddings from rows given one by one. */
  static Embeddings of(List<String> names, List<Optional<String>> people, float[][] rows) {
    Embeddings.Builder builder = Embeddings.builder(rows.length, rows[0].length);
    for (int i = 0; i < rows.length; i++) {
      builder.add(names.get(i), people.get(i), rows[i], 0);
    }
    return builder.build();
  }
}
