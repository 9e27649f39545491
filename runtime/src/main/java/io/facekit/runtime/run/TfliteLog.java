package io.facekit.runtime.run;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/**
 * Keeps TensorFlow Lite's notices (such as "Created TensorFlow Lite XNNPACK delegate for CPU") off
 * stderr; its errors stay. The Java API has no access to the log level, so the library's variable
 * is set; where the library does not have it, nothing changes.
 */
final class TfliteLog {
  private static final String MINIMUM_LEVEL =
      "_ZN6tflite16logging_internal13MinimalLogger21minimum_log_severity_E";

  /** The values of tflite::LogSeverity: the default, and what replaces it. */
  private static final int INFO = 1;

  private static final int ERROR = 3;

  private TfliteLog() {}

  /** Loads the library; a {@link LinkageError} says that there is none for this machine. */
  static synchronized void quiet() {
    Loader.load(tensorflowlite.class);
    Pointer address = Loader.addressof(MINIMUM_LEVEL);
    if (address == null || address.isNull()) {
      return;
    }
    IntPointer level = new IntPointer(address);
    if (level.get() == INFO) {
      level.put(ERROR);
    }
  }
}
