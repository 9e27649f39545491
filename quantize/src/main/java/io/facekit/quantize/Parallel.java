package io.facekit.quantize;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tasks on a number of threads, which end with it. */
public final class Parallel implements AutoCloseable {
  private final ExecutorService pool;

  public Parallel(int threads) {
    pool = Executors.newFixedThreadPool(threads);
  }

  public <T> Future<T> start(Callable<T> task) {
    return pool.submit(task);
  }

  /** Waits for a task; throws what it threw. */
  public static <T> T result(Future<T> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
