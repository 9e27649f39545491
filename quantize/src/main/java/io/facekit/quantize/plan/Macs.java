package io.facekit.quantize.plan;

import io.facekit.core.ir.Node;
import io.facekit.core.op.Conv;
import io.facekit.core.op.Gemm;
import io.facekit.core.tensor.Shape;

/** Multiply-accumulates for one image. */
public final class Macs {
  private Macs() {}

  /** Of Conv and Gemm; 0 for other ops. */
  public static long of(Node n) {
    if (n.op() instanceof Conv || n.op() instanceof Gemm) {
      Shape w = n.input(1).type().shape();
      long perOutput = w.elements() / w.size(0);
      return n.output().type().shape().elementsAt(1) * perOutput;
    }
    return 0;
  }
}
