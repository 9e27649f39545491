package io.facekit.core.torch;

/** The lines of Python that make a file which facekit reads. */
public final class Retrace {
  public static final String LINE = "torch.jit.trace(model.eval(), example).save(\"model.pt\")";

  private Retrace() {}
}
