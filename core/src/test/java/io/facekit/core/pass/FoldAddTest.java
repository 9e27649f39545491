package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FoldAddTest {
  private final PassCheck check = new PassCheck(new FoldAdd());

  @Test
  void aConstantRowBecomesTheBias() {
    check.rewrites(
        """
        input x: f32[batch,3]
        fc = Gemm[activation=NONE](x, w: f32[2,3] {1 2 3 4 5 6})
        y = Add(fc, b: f32[2] {7 8})
        output y
        """,
        """
        input x: f32[batch,3]
        fc = Gemm[activation=NONE](x, w: f32[2,3] {1 2 3 4 5 6}, b: f32[2] {7 8})
        output fc
        """);
  }

  @Test
  void theConstantMayComeFirst() {
    check.rewrites(
        """
        input x: f32[batch,3]
        fc = Gemm[activation=NONE](x, w: f32[2,3] {1 2 3 4 5 6})
        y = Add(b: f32[2] {7 8}, fc)
        output y
        """,
        """
        input x: f32[batch,3]
        fc = Gemm[activation=NONE](x, w: f32[2,3] {1 2 3 4 5 6}, b: f32[2] {7 8})
        output fc
        """);
  }

  @Test
  void leavesNumbersAndOtherReaders() {
    check.keeps(
        """
        input x: f32[batch,3]
        fc = Gemm[activation=NONE](x, w: f32[2,3] {1 2 3 4 5 6})
        y = Add(fc, b: f32[] {7})
        output y
        """);
    check.keeps(
        """
        input x: f32[batch,3]
        fc = Gemm[activation=NONE](x, w: f32[2,3] {1 2 3 4 5 6})
        y = Add(fc, b: f32[2] {7 8})
        output y
        output fc
        """);
  }
}
