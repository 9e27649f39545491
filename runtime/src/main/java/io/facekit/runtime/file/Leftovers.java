package io.facekit.runtime.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What must not outlive the process, even when a signal ends it: no finally block runs then, while
 * the other threads go on.
 */
public final class Leftovers {
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_NANOS = 10_000_000;

  /** Taken for writing by the end of the process, and never released: who comes later stays. */
  private static final ReentrantReadWriteLock ENDING = new ReentrantReadWriteLock();

  /** How each is removed; what is in a folder before the folder. */
  private static final Map<Path, Action<?, IOException>> REMOVERS =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::removeAll, "facekit-leftovers"));
  }

  private Leftovers() {}

  /** Something that takes at most a few seconds. */
  @FunctionalInterface
  public interface Action<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * Runs an action as a whole, or not at all if the process is ending: then this does not return.
   * For changes that belong together, and for native code, which crashes when its library is
   * unloaded under it.
   */
  public static <T, E extends Exception> T whole(Action<T, E> action) throws E {
    ENDING.readLock().lock();
    try {
      return action.run();
    } finally {
      ENDING.readLock().unlock();
    }
  }

  /**
   * Has a file or an empty folder removed when the process ends before {@link #forget} is called.
   */
  static void add(Path path) {
    add(path, () -> Files.deleteIfExists(path));
  }

  /**
   * @param remove fails if it is to be called again a little later
   */
  static void add(Path path, Action<?, IOException> remove) {
    REMOVERS.put(path.toAbsolutePath(), remove);
  }

  /** Takes back what {@link #add(Path)} said: the path is gone, or it is to stay. */
  static void forget(Path path) {
    REMOVERS.remove(path.toAbsolutePath());
  }

  /** Does not return if the process is ending: what fails by that is nobody's business. */
  public static void waitIfEnding() {
    whole(() -> true);
  }

  @SuppressWarnings("LockNotBeforeTry")
  private static void removeAll() {
    ENDING.writeLock().lock();
    REMOVERS.values().forEach(Leftovers::remove);
  }

  /** Threads that go on may still write into a folder, and some systems keep open files. */
  private static void remove(Action<?, IOException> remover) {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        remover.run();
        return;
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
