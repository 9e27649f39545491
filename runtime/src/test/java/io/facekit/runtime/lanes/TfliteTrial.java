package io.facekit.runtime.lanes;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.MutableOpResolver;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/**
 * The child process that gives files to the real interpreter. It prints the number of a file before
 * it tries it, and what came of it afterwards, so that whoever reads knows which file ended it.
 */
public final class TfliteTrial {
  private static final int OK = tensorflowlite.kTfLiteOk;

  private static final int OTHER_BATCH = 2;

  private TfliteTrial() {}

  /** Arguments: a file of files (length and bytes of each), and the number of the first to try. */
  public static void main(String[] args) throws IOException {
    int first = Integer.parseInt(args[1]);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[0]))))) {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        byte[] file = in.readNBytes(in.readInt());
        if (i >= first) {
          System.out.println("try " + i);
          System.out.flush();
          String plain = outcome(file, false);
          System.out.println(i + " " + (plain.equals("ok") ? outcome(file, true) : plain));
          System.out.flush();
        }
      }
    }
  }

  private static boolean isResizable(Interpreter interpreter) {
    TfLiteIntArray signature = interpreter.input_tensor(0).dims_signature();
    return signature != null && signature.size() > 0 && signature.data(0) == -1;
  }

  private static String invoke(Interpreter interpreter) {
    if (interpreter.AllocateTensors() != OK) {
      return "allocate";
    }
    for (int i = 0; i < interpreter.inputs().limit(); i++) {
      TfLiteTensor in = interpreter.input_tensor(i);
      Pointer.memset(in.data().data(), 0, in.bytes());
    }
    return interpreter.Invoke() == OK ? "ok" : "invoke";
  }

  private static String outcome(byte[] file, boolean xnnpack) {
    String lane = xnnpack ? "XNNPACK: " : "plain: ";
    BytePointer bytes = new BytePointer(file.length);
    bytes.put(file, 0, file.length);
    FlatBufferModel model = FlatBufferModel.VerifyAndBuildFromBuffer(bytes, file.length);
    if (model == null || model.isNull()) {
      return lane + "load";
    }
    MutableOpResolver resolver =
        xnnpack ? new BuiltinOpResolver() : new BuiltinOpResolverWithoutDefaultDelegates();
    InterpreterBuilder builder = new InterpreterBuilder(model, resolver);
    Interpreter interpreter = new Interpreter((Pointer) null);
    try {
      if (builder.SetNumThreads(1) != OK || builder.apply(interpreter) != OK) {
        return lane + "build";
      }
      String first = invoke(interpreter);
      if (!first.equals("ok") || !isResizable(interpreter)) {
        return first.equals("ok") ? first : lane + first;
      }
      TfLiteIntArray dims = interpreter.input_tensor(0).dims();
      int[] sizes = new int[dims.size()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = i == 0 ? OTHER_BATCH : dims.data(i);
      }
      if (interpreter.ResizeInputTensor(interpreter.inputs().get(0), sizes) != OK) {
        return lane + "resize";
      }
      String second = invoke(interpreter);
      return second.equals("ok") ? second : lane + second + " a batch of " + OTHER_BATCH;
    } finally {
      interpreter.deallocate();
      builder.deallocate();
      resolver.deallocate();
      model.deallocate();
      bytes.deallocate();
    }
  }
}
