package io.facekit.runtime.worker;

import io.facekit.runtime.worker.Frame.Kind;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Main class of the libtorch process: answers {@link Frame}s until its input ends. */
public final class TorchWorker {
  private static final int BUFFER_BYTES = 1 << 16;

  private TorchWorker() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES));
    // Whatever a library prints must not get between the frames.
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER_BYTES));
    try {
      serve(in, out);
    } catch (EOFException e) {
      // The parent is done, or is no more.
    }
  }

  private static void serve(DataInputStream in, DataOutputStream out) throws IOException {
    // The engine takes a while to load, and the parent a while to have the model ready.
    String runtime = TorchModel.loadEngine();
    TorchModel model = null;
    try {
      while (true) {
        Frame request = Frame.read(in);
        Frame answer;
        try {
          if (request.kind() == Kind.LOAD) {
            if (model != null) {
              model.close();
              model = null;
            }
            model = TorchModel.load(request.model(), request.elementType());
            answer = Frame.text(Kind.READY, runtime);
          } else if (request.kind() == Kind.RUN && model != null) {
            answer = model.run(request.shape(), request.values(), false);
          } else if (request.kind() == Kind.RUN_ALL && model != null) {
            answer = model.run(request.shape(), request.values(), true);
          } else {
            throw new IOException("unexpected " + request.kind());
          }
        } catch (OutOfMemoryError e) {
          throw e;
        } catch (Exception | Error e) {
          answer = Frame.text(Kind.ERROR, message(e));
        }
        answer.write(out);
      }
    } finally {
      if (model != null) {
        model.close();
      }
    }
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
