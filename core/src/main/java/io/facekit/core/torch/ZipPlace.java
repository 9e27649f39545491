package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;

/** Names places in an archive, for messages. */
record ZipPlace(String file) {
  FacekitException error(ErrorId id, int offset, String what) {
    return Problem.of(id, what)
        .at(file + "@" + offset)
        .hint("download or save the file again; facekit reads archives as PyTorch writes them")
        .asException();
  }

  String entry(String path) {
    return file + "!" + path;
  }

  FacekitException error(ErrorId id, String path, String what) {
    return Problem.of(id, what).at(entry(path)).asException();
  }
}
