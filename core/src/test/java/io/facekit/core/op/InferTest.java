package io.facekit.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.GraphParser;
import io.facekit.core.ir.Op;
import io.facekit.core.ir.ShapeMismatch;
import io.facekit.core.ir.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shape rules, each op applied to the inputs {@code x} (an image) and {@code r} (rows). */
class InferTest {
  private static final String INPUTS = "input x: f32[batch,4,7,5]\ninput r: f32[batch,6]\n";
  private static final String CONV =
      "Conv[strides=[2, 1], pads=[1, 0, 0, 2], dilations=[1, 2], groups=2, activation=NONE]";

  private static Graph parse(String node) {
    return GraphParser.parse(INPUTS + "y = " + node.replace("CONV", CONV), Ops::fromText);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONV(x, w: f32[6,2,3,2] {seed 1}) | f32[batch,6,3,5]",
        "AveragePool[kernel=[3, 2], strides=[2, 3]](x) | f32[batch,4,3,2]",
        "Flatten(x) | f32[batch,140]",
        "Flatten(r) | f32[batch,6]",
        "Gemm[activation=NONE](r, w: f32[3,6] {seed 1}, b: f32[3] {seed 2}) | f32[batch,3]",
        "ReduceL2[axis=2](x) | f32[batch,4,1,5]",
        "Reshape[shape=[batch*4,35]](x) | f32[batch*4,35]",
        "Add(x, c: f32[4,1,5] {seed 1}) | f32[batch,4,7,5]",
        "Add(c: f32[3,6] {seed 1}, c: f32[3,6] {seed 1}) | f32[3,6]",
        "PRelu(r, s: f32[6] {seed 1}) | f32[batch,6]",
        "Cast[to=UINT8](x) | u8[batch,4,7,5]",
        "Concat[axis=1](x, x, x) | f32[batch,12,7,5]",
        "Gather[axis=3, indices=[4, 4]](x) | f32[batch,4,7,2]",
        "MatMul(x, w: f32[4,5,3] {seed 1}) | f32[batch,4,7,3]",
        "MaxPool[kernel=[3, 2], strides=[2, 2], pads=[1, 0, 0, 1], dilations=[1, 2]](x) | f32[batch,4,3,2]",
        "Pad[pads=[0, 1, 0, 0, 0, 2, 3, 0], value=0.0](x) | f32[batch,7,10,5]",
        "Pow(x, c: f32[] {2}) | f32[batch,4,7,5]",
        "ReduceMax[axes=[1, 3]](x) | f32[batch,1,7,1]",
        "ReduceMean[axes=[1]](r) | f32[batch,1]",
        "ReduceSum[axes=[2]](x) | f32[batch,4,1,5]",
        "Resize[mode=LINEAR, height=3, width=9](x) | f32[batch,4,3,9]",
        "Sigmoid(r) | f32[batch,6]",
        "Slice[axis=2, start=1, end=6, step=2](x) | f32[batch,4,3,5]",
        "Softmax[axis=1](x) | f32[batch,4,7,5]",
        "Tile[repeats=[1, 1, 2, 3]](x) | f32[batch,4,14,15]",
        "Transpose[perm=[3, 0, 2, 1]](x) | f32[5,batch,7,4]",
      })
  void infersTheType(String node, String type) {
    assertThat(parse(node).nodes().get(0).output().type()).hasToString(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONV(r, w: f32[6,2,3,2] {seed 1}) | Conv needs an input of rank 4, not [batch,6]",
        "CONV(x, w: f32[6,2,3] {seed 1}) | Conv needs a weight of rank 4, not [6,2,3]",
        "CONV(x, w: f32[6,4,3,2] {seed 1}) | does not fit weight [6,4,3,2] in 2 groups",
        "CONV(x, w: f32[5,2,3,2] {seed 1}) | does not fit weight [5,2,3,2] in 2 groups",
        "CONV(x, w: f32[6,2,3,2] {seed 1}, b: f32[5] {seed 2}) | bias [5] does not fit weight",
        "CONV(x, w: f32[6,2,9,2] {seed 1}) | a window of 9 does not fit 7 + 1 + 0",
        "AveragePool[kernel=[8, 1], strides=[1, 1]](x) | a window of 8 does not fit 7",
        "AveragePool[kernel=[2, 1], strides=[0, 1]](x) | stride 0",
        "AveragePool[kernel=[2, 1], strides=[1, 1]](r) | AveragePool needs an input of rank 4",
        "Gemm[activation=NONE](r, w: f32[3,5] {seed 1}) | input [batch,6] does not fit weight",
        "Gemm[activation=NONE](x, w: f32[3,5] {seed 1}) | input [batch,4,7,5] does not fit",
        "Gemm[activation=NONE](r, w: f32[3,6] {seed 1}, b: f32[1] {0}) | bias does not fit",
        "Add(x, c: f32[3] {seed 1}) | shapes [batch,4,7,5] and [3] do not broadcast",
        "Concat[axis=1](x, c: f32[1,4,7,4] {seed 1}) | behind [batch,4,7,5] along axis 1",
        "Concat[axis=0](x, x) | along axis 0",
        "Gather[axis=3, indices=[5]](x) | an index beyond axis 3",
        "MatMul(x, r) | the product of [batch,4,7,5] and [batch,6]",
        "MaxPool[kernel=[8, 1], strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1]](x) | a window of 8",
        "Pad[pads=[1, 0, 0, 0], value=0.0](r) | pads [1, 0, 0, 0] of [batch,6]",
        "ReduceMean[axes=[0]](x) | ReduceMean along axis 0 of [batch,4,7,5]",
        "Resize[mode=LINEAR, height=0, width=9](x) | resizing of [batch,4,7,5] to 0x9",
        "Slice[axis=2, start=1, end=8, step=2](x) | a slice from 1 to 8 by 2 of axis 2",
        "Softmax[axis=2](r) | axis 2 of [batch,6]",
        "Tile[repeats=[1, 0]](r) | repeats [1, 0] of [batch,6]",
        "Transpose[perm=[0, 0]](r) | order [0, 0] of [batch,6]",
        "Mul(x, r) | shapes [batch,4,7,5] and [batch,6] do not broadcast",
        "PRelu(x, s: f32[5] {seed 1}) | slope [5] does not fit [batch,4,7,5]",
        "BatchNormalization[epsilon=0.0](x, s: f32[3] {seed 1}, s: f32[3] {seed 1}, s: f32[3] {seed 1}, s: f32[3] {seed 1}) | statistics [3] do not fit",
        "Reshape[shape=[batch,7]](x) | cannot reshape [batch,4,7,5] to [batch,7]",
        "Reshape[shape=[140]](x) | cannot reshape [batch,4,7,5] to [140]",
      })
  void refusesWhatDoesNotFit(String node, String message) {
    assertThatThrownBy(() -> parse(node))
        .hasMessageContaining(message)
        .hasCauseInstanceOf(ShapeMismatch.class);
  }

  /** An op that nobody registered. */
  record Unknown() implements Op {
    @Override
    public TensorType infer(List<TensorType> inputs) {
      return inputs.get(0);
    }
  }

  @Test
  void theRegistryKnowsItsOpsOnly() {
    assertThat(Ops.of(new Relu()).name()).isEqualTo("Relu");
    assertThat(Ops.named("Relu")).isPresent();
    assertThat(Ops.named("relu")).isEmpty();
    assertThatThrownBy(() -> Ops.of(new Unknown()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("op Unknown is not registered");
  }
}
