package io.facekit.core.pass;

import org.junit.jupiter.api.Test;

class FuseReshapeTest {
  private final PassCheck check = new PassCheck(new FuseReshape());

  @Test
  void makesOneOfTwo() {
    check.rewrites(
        """
        input x: f32[batch,3,4,2]
        a = Reshape[shape=[batch,12,2]](x)
        y = Reshape[shape=[batch,2,12]](a)
        output y
        """,
        """
        input x: f32[batch,3,4,2]
        y = Reshape[shape=[batch,2,12]](x)
        output y
        """);
  }

  @Test
  void flattensWhereTheEndIsRows() {
    check.rewrites(
        """
        input x: f32[batch,3,4,2]
        a = Reshape[shape=[batch,12,2]](x)
        y = Flatten(a)
        output y
        """,
        """
        input x: f32[batch,3,4,2]
        y = Flatten(x)
        output y
        """);
  }

  @Test
  void dropsWhatComesBack() {
    check.rewrites(
        """
        input x: f32[batch,3,4,2]
        r = Relu(x)
        a = Flatten(r)
        b = Reshape[shape=[batch,3,4,2]](a)
        y = Relu(b)
        output y
        """,
        """
        input x: f32[batch,3,4,2]
        r = Relu(x)
        y = Relu(r)
        output y
        """);
  }

  @Test
  void keepsTheFirstForItsOtherReaders() {
    check.rewrites(
        """
        input x: f32[batch,3,4,2]
        a = Reshape[shape=[batch,12,2]](x)
        r = Relu(a)
        y = Reshape[shape=[batch,2,12]](a)
        output y
        output r
        """,
        """
        input x: f32[batch,3,4,2]
        a = Reshape[shape=[batch,12,2]](x)
        r = Relu(a)
        y = Reshape[shape=[batch,2,12]](x)
        output y
        output r
        """);
  }

  @Test
  void keepsAnInputThatIsTheOutput() {
    check.keeps(
        """
        input x: f32[batch,3,4,2]
        a = Flatten(x)
        y = Reshape[shape=[batch,3,4,2]](a)
        output y
        """);
  }
}
