package io.facekit.runtime.run;

import io.facekit.runtime.worker.ElementType;
import io.facekit.runtime.worker.Frame;
import java.io.IOException;

/** One libtorch process for many models, one after the other. */
public final class TorchSession implements AutoCloseable {
  private final TorchProcess process;

  public TorchSession() throws IOException {
    process = new TorchProcess(TorchOptions.DEFAULT);
  }

  /** Loads a model instead of the one before. */
  public void load(byte[] archive) throws IOException {
    ask(Frame.load(ElementType.FLOAT32, archive));
  }

  /** The model's first output. */
  public Frame run(float[] input, long... shape) throws IOException {
    return ask(Frame.tensor(Frame.Kind.RUN, shape, input));
  }

  private Frame ask(Frame request) throws IOException {
    Frame answer = process.ask(request);
    if (answer.kind() == Frame.Kind.ERROR) {
      throw new IOException(answer.text());
    }
    return answer;
  }

  @Override
  public void close() {
    process.close();
  }
}
