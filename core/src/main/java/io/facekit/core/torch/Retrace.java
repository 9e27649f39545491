package io.facekit.core.torch;

/** The lines of Python that make a file which facekit reads. */
final class Retrace {
  static final String LINE = "torch.jit.trace(model.eval(), example).save(\"model.pt\")";

  private Retrace() {}
}
