package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;

/**
 * Names lines of a source file in an archive.
 *
 * @param prefix {@code file!code/__torch__/net.py}
 */
record SourcePlace(String prefix) {
  String at(int line) {
    return prefix + ":" + line;
  }

  FacekitException malformed(int line, String what) {
    return Problem.of(ErrorId.TS_MALFORMED, what).at(at(line)).asException();
  }
}
