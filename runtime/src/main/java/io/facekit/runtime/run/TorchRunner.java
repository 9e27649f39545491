package io.facekit.runtime.run;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.runtime.worker.Frame;
import io.facekit.runtime.worker.Frame.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript model in libtorch, in a process of its own with one thread: the reference that
 * artifacts are compared with. Half-precision models get float16 input and give float32 output.
 */
public final class TorchRunner implements Runner {
  private final String name;
  private final ImageSize size;
  private final TorchOptions options;
  private final ExecutorService io;
  private final Future<String> loaded;
  private final Object lock = new Object();
  private @Nullable TorchProcess process;
  private boolean closed;

  private TorchRunner(String name, byte[] bytes, ImageSize size, TorchOptions options) {
    this.name = name;
    this.size = size;
    this.options = options;
    this.io =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "facekit-torch");
              thread.setDaemon(true);
              return thread;
            });
    this.loaded = io.submit(() -> load(bytes));
  }

  /** {@link #start(Path, ImageSize, TorchOptions)} with {@link TorchOptions#DEFAULT}. */
  public static TorchRunner start(Path model, ImageSize size) {
    return start(model, size, TorchOptions.DEFAULT);
  }

  /**
   * Begins to start the process and to load the model, and returns at once. Problems of either are
   * thrown by the first call that needs them.
   *
   * @param model a TorchScript file that facekit's own reader has accepted
   * @param size of one image
   * @throws FacekitException FILE_NOT_FOUND or INPUT_FAILED if the file cannot be read
   */
  public static TorchRunner start(Path model, ImageSize size, TorchOptions options) {
    try {
      return start(model.getFileName() + "", Files.readAllBytes(model), size, options);
    } catch (IOException e) {
      throw Problem.of(
              e instanceof NoSuchFileException ? ErrorId.FILE_NOT_FOUND : ErrorId.INPUT_FAILED,
              "the model cannot be read")
          .at(model.toString())
          .found(e.getClass().getSimpleName())
          .asException(e);
    }
  }

  /**
   * {@link #start(Path, ImageSize, TorchOptions)} for a TorchScript archive that is no file.
   *
   * @param name of the model, for messages
   */
  public static TorchRunner start(
      String name, byte[] archive, ImageSize size, TorchOptions options) {
    return new TorchRunner(name, archive, size, options);
  }

  /**
   * {@inheritDoc}
   *
   * @throws FacekitException RUNTIME_UNAVAILABLE, RUNTIME_FAILED, RUNTIME_TIMEOUT or OUT_OF_MEMORY
   *     if the process cannot be started or cannot load the model
   */
  @Override
  public String runtime() {
    return await(loaded, options.startTimeout(), "load the model");
  }

  @Override
  public ImageSize inputSize() {
    return size;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first call waits for the model to be loaded.
   *
   * @throws FacekitException as {@link #runtime()}; GRAPH_BATCH if the model does not give one row
   *     for each image
   */
  @Override
  public float[] run(float[] input, int batch) {
    return run(Kind.RUN, input, batch);
  }

  /**
   * {@inheritDoc}
   *
   * @throws FacekitException as {@link #run}
   */
  @Override
  public float[] outputs(float[] input, int batch) {
    return run(Kind.RUN_ALL, input, batch);
  }

  private float[] run(Kind kind, float[] input, int batch) {
    if (batch < 1 || input.length != Math.multiplyExact(batch, size.elements())) {
      throw new IllegalArgumentException(input.length + " floats for a batch of " + batch);
    }
    await(loaded, options.startTimeout(), "load the model");
    long[] shape = {batch, size.channels(), size.height(), size.width()};
    Callable<float[]> task = () -> rows(ask(Frame.tensor(kind, shape, input)), batch);
    return await(io.submit(task), options.runTimeout(), "run a batch of " + batch);
  }

  @Override
  public void close() {
    TorchProcess running;
    synchronized (lock) {
      closed = true;
      running = process;
      process = null;
    }
    if (running != null) {
      running.close();
    }
    io.shutdownNow();
  }

  private String load(byte[] bytes) throws IOException {
    synchronized (lock) {
      if (closed) {
        throw new IOException("closed");
      }
      try {
        process = new TorchProcess(options);
      } catch (IOException e) {
        throw Problem.of(ErrorId.RUNTIME_UNAVAILABLE, "the libtorch process cannot be started")
            .found(OneLine.of(e.getMessage()))
            .hint("facekit doctor")
            .asException(e);
      }
    }
    return ask(Frame.load(options.input(), bytes)).text();
  }

  private Frame ask(Frame request) throws IOException {
    TorchProcess running;
    synchronized (lock) {
      running = process;
    }
    if (running == null) {
      throw Problem.of(ErrorId.RUNTIME_FAILED, "the libtorch process has ended")
          .at(name)
          .asException();
    }
    Frame answer;
    try {
      answer = running.ask(request);
    } catch (IOException e) {
      throw ended(running, e);
    }
    if (answer.kind() == Kind.ERROR) {
      throw Problem.of(
              ErrorId.RUNTIME_FAILED,
              request.kind() == Kind.LOAD
                  ? "libtorch cannot load the model"
                  : "libtorch cannot run the model")
          .at(name)
          .found(OneLine.of(answer.text()))
          .asException();
    }
    return answer;
  }

  private FacekitException ended(TorchProcess running, IOException cause) {
    String end = running.describeEnd();
    boolean memory = running.ranOutOfMemory();
    running.kill();
    return Problem.of(
            memory ? ErrorId.OUT_OF_MEMORY : ErrorId.RUNTIME_FAILED, "the libtorch process " + end)
        .at(name)
        .hint(memory ? "use a smaller batch" : "facekit doctor")
        .asException(cause);
  }

  private float[] rows(Frame result, int batch) throws IOException {
    long[] shape = result.shape();
    if (shape.length < 2 || shape[0] != batch) {
      throw Problem.of(
              ErrorId.GRAPH_BATCH,
              "the model does not give one row for each of " + batch + " images")
          .at(name)
          .found("output of " + Arrays.toString(shape))
          .asException();
    }
    return result.values();
  }

  private <T> T await(Future<T> answer, Duration timeout, String doing) {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      kill();
      throw Problem.of(
              ErrorId.RUNTIME_TIMEOUT,
              "libtorch did not " + doing + " within " + timeout.toSeconds() + " s")
          .at(name)
          .asException(e);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw Problem.of(ErrorId.RUNTIME_FAILED, "interrupted while libtorch should " + doing)
          .at(name)
          .asException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FacekitException known) {
        throw new FacekitException(known.problems(), known);
      }
      throw Problem.of(ErrorId.RUNTIME_FAILED, "libtorch could not " + doing)
          .at(name)
          .found(OneLine.of(String.valueOf(e.getCause())))
          .asException(e);
    }
  }

  private void kill() {
    synchronized (lock) {
      if (process != null) {
        process.kill();
        process = null;
      }
    }
  }
}
