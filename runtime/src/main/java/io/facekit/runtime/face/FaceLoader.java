package io.facekit.runtime.face;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Streams the tensors of a {@link FaceSet} in its order, decoding ahead in other threads. What it
 * delivers does not depend on their number, and its memory not on the size of the set. One consumer
 * at a time.
 */
public final class FaceLoader implements AutoCloseable {
  private static final int AHEAD_PER_THREAD = 4;

  private record Pending(Face face, Future<float[]> tensor) {}

  private final FaceSet set;
  private final ImageTensor tensors;
  private final Iterator<Face> rest;
  private final int ahead;
  private final ExecutorService decoders;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private int delivered;

  /**
   * @param threads that decode, at least 1
   */
  public FaceLoader(FaceSet set, Preprocessing preprocessing, int threads) {
    this.set = set;
    this.tensors = new ImageTensor(preprocessing);
    this.rest = set.faces().iterator();
    this.ahead = threads * AHEAD_PER_THREAD;
    this.decoders =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "facekit-decode");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The next faces, at most {@code max}; fewer only at the end of the set; empty after it. Images
   * that cannot be used are left out and listed by {@link #skipped}.
   *
   * @throws FacekitException DATA_EMPTY at the end of a set without one usable image
   */
  public Optional<FaceBatch> next(int max) {
    List<Face> faces = new ArrayList<>();
    List<float[]> parts = new ArrayList<>();
    while (faces.size() < max) {
      decodeAhead();
      Pending first = pending.poll();
      if (first == null) {
        break;
      }
      try {
        parts.add(await(first.tensor()));
        faces.add(first.face());
      } catch (FacekitException e) {
        Problem problem = e.problems().get(0);
        String found = problem.found();
        skipped.add(
            new Skipped(first.face().name(), problem.what() + (found == null ? "" : ": " + found)));
      }
    }
    delivered += faces.size();
    if (faces.isEmpty()) {
      checkDelivered();
      return Optional.empty();
    }
    int elements = tensors.elements();
    float[] input = new float[Math.multiplyExact(parts.size(), elements)];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, input, i * elements, elements);
    }
    return Optional.of(new FaceBatch(faces, input));
  }

  /** The images left out so far, in the order of the set. */
  public List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  @Override
  public void close() {
    decoders.shutdownNow();
  }

  private void decodeAhead() {
    while (pending.size() < ahead && rest.hasNext()) {
      Face face = rest.next();
      pending.add(new Pending(face, decoders.submit(() -> tensors.read(face.file(), face.name()))));
    }
  }

  private static float[] await(Future<float[]> tensor) {
    try {
      return tensor.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while decoding images", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FacekitException rejected) {
        throw rejected;
      }
      throw new IllegalStateException("decoding an image failed", e.getCause());
    }
  }

  private void checkDelivered() {
    if (delivered == 0 && !skipped.isEmpty()) {
      Skipped first = skipped.get(0);
      throw Problem.of(ErrorId.DATA_EMPTY, "none of the " + skipped.size() + " images can be used")
          .at(set.root().toString())
          .found(first.name() + ": " + first.reason())
          .asException();
    }
  }
}
