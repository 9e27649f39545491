package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FuseChannelShuffleTest {
  private final PassCheck check = new PassCheck(new FuseChannelShuffle());

  @Test
  void becomesAGather() {
    check.rewrites(
        """
        input x: f32[batch,6,4,2]
        a = Reshape[shape=[batch,2,3,4,2]](x)
        b = Transpose[perm=[0, 2, 1, 3, 4]](a)
        y = Reshape[shape=[batch,6,4,2]](b)
        output y
        """,
        """
        input x: f32[batch,6,4,2]
        y = Gather[axis=1, indices=[0, 3, 1, 4, 2, 5]](x)
        output y
        """);
  }

  @Test
  void keepsAShuffleOfPixels() {
    check.keeps(
        """
        input x: f32[batch,6,4,2]
        a = Reshape[shape=[batch,6,2,2,2]](x)
        b = Transpose[perm=[0, 2, 1, 3, 4]](a)
        y = Reshape[shape=[batch,6,4,2]](b)
        output y
        """);
  }

  @Test
  void keepsAnotherOrder() {
    check.keeps(
        """
        input x: f32[batch,6,4,2]
        a = Reshape[shape=[batch,2,3,4,2]](x)
        b = Transpose[perm=[0, 2, 1, 4, 3]](a)
        y = Reshape[shape=[batch,6,4,2]](b)
        output y
        """);
  }

  @Test
  void keepsWhatEndsInAnotherShape() {
    check.keeps(
        """
        input x: f32[batch,6,4,2]
        a = Reshape[shape=[batch,2,3,4,2]](x)
        b = Transpose[perm=[0, 2, 1, 3, 4]](a)
        y = Reshape[shape=[batch,6,2,4]](b)
        output y
        """);
  }
}
