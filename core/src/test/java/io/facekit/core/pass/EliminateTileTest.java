package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class EliminateTileTest {
  private final PassCheck check = new PassCheck(new EliminateTile());

  @Test
  void letsAProductBroadcast() {
    check.rewrites(
        """
        input x: f32[batch,3,4,2]
        a = ReduceMean[axes=[2, 3]](x)
        t = Tile[repeats=[1, 1, 4, 2]](a)
        y = Mul(x, t)
        output y
        """,
        """
        input x: f32[batch,3,4,2]
        a = ReduceMean[axes=[2, 3]](x)
        y = Mul(x, a)
        output y
        """);
  }

  @Test
  void worksOnTheLeftAsWell() {
    check.rewrites(
        """
        input x: f32[batch,3,4,2]
        a = ReduceMean[axes=[1]](x)
        t = Tile[repeats=[1, 3, 1, 1]](a)
        y = Sub(t, x)
        output y
        """,
        """
        input x: f32[batch,3,4,2]
        a = ReduceMean[axes=[1]](x)
        y = Sub(a, x)
        output y
        """);
  }

  @Test
  void keepsATileThatGivesTheOutputItsShape() {
    check.keeps(
        """
        input x: f32[batch,3,4,2]
        a = ReduceMean[axes=[1]](x)
        b = ReduceMax[axes=[1]](x)
        t = Tile[repeats=[1, 3, 1, 1]](a)
        y = Mul(b, t)
        output y
        """);
  }

  @Test
  void keepsATileOfMoreThanOneElement() {
    check.keeps(
        """
        input x: f32[batch,2,4,2]
        c = Concat[axis=1](x, x)
        t = Tile[repeats=[1, 2, 1, 1]](x)
        y = Mul(c, t)
        output y
        """);
  }

  @Test
  void keepsATileThatAnotherOpReads() {
    check.keeps(
        """
        input x: f32[batch,1,4,2]
        t = Tile[repeats=[1, 3, 1, 1]](x)
        y = Relu(t)
        output y
        """);
  }
}
