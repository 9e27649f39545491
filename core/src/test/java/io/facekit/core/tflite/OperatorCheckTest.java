package io.facekit.core.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tflite.TfliteBuilder.Quantization;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tensorflow.lite.schema.AddOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.ConcatenationOptionsT;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.FullyConnectedOptionsT;
import org.tensorflow.lite.schema.GatherOptionsT;
import org.tensorflow.lite.schema.MaximumMinimumOptionsT;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.Pool2DOptionsT;
import org.tensorflow.lite.schema.ResizeBilinearOptionsT;
import org.tensorflow.lite.schema.SoftmaxOptionsT;
import org.tensorflow.lite.schema.StridedSliceOptionsT;

class OperatorCheckTest {
  private static final Shape IMAGE = Shape.batched(4, 6, 3);

  /** A model of one operator that reads a float32 input and constants. */
  private static final class One {
    final TfliteBuilder b = new TfliteBuilder();
    final List<Integer> inputs = new ArrayList<>();

    One(Shape x) {
      inputs.add(b.tensor("x", DType.FLOAT32, x, null));
      b.inputs(List.of(0));
    }

    One with(TensorData data) {
      inputs.add(b.constant("c" + inputs.size(), data, null));
      return this;
    }

    List<String> problems(int operator, int type, Object options, Shape out) {
      BuiltinOptionsUnion union = new BuiltinOptionsUnion();
      union.setType((byte) type);
      union.setValue(options);
      return problems(operator, 1, type == 0 ? null : union, out);
    }

    List<String> problems(
        int operator,
        int version,
        @org.jspecify.annotations.Nullable BuiltinOptionsUnion options,
        Shape out) {
      int y = b.tensor("y", DType.FLOAT32, out, null);
      b.operator(operator, version, inputs, List.of(y), options);
      b.outputs(List.of(y));
      return what(b);
    }
  }

  private static List<String> what(TfliteBuilder b) {
    return TfliteVerifier.verify(ByteBuffer.wrap(b.build())).stream().map(Problem::what).toList();
  }

  private static One image() {
    return new One(IMAGE);
  }

  private static TensorData zeros(long... shape) {
    Shape s = Shape.of(shape);
    return TensorData.of(new float[(int) s.elements()], shape);
  }

  private static TensorData ints(int... values) {
    return TensorData.of(values, values.length);
  }

  private static List<String> conv(Consumer<Conv2DOptionsT> change, TensorData w, Shape out) {
    Conv2DOptionsT t = new Conv2DOptionsT();
    t.setPadding(Padding.VALID);
    t.setStrideH(1);
    t.setStrideW(1);
    change.accept(t);
    return image()
        .with(w)
        .with(zeros(5))
        .problems(BuiltinOperator.CONV_2D, BuiltinOptions.Conv2DOptions, t, out);
  }

  @Test
  void convolutions() {
    Shape out = Shape.batched(2, 4, 5);
    TensorData w = zeros(5, 3, 3, 3);
    assertThat(conv(t -> {}, w, out)).isEmpty();
    assertThat(conv(t -> t.setStrideH(0), w, out)).containsExactly("the stride is 0");
    assertThat(conv(t -> t.setDilationWFactor(-1), w, out)).containsExactly("the dilation is -1");
    assertThat(conv(t -> t.setPadding((byte) 2), w, out)).containsExactly("padding 2 is not known");
    assertThat(conv(t -> t.setFusedActivationFunction((byte) 5), w, out))
        .containsExactly("activation 5 cannot be fused");
    assertThat(conv(t -> t.setDilationHFactor(2), w, out))
        .containsExactly("a window that reaches over 5 does not fit into 4");
    assertThat(conv(t -> {}, zeros(5, 3, 3, 2), out))
        .containsExactly("a filter of [5, 3, 3, 2] does not fit an input of [1, 4, 6, 3]");
    assertThat(conv(t -> {}, zeros(4, 3, 3, 3), out))
        .containsExactly("a bias of [5] for 4 channels");
    assertThat(conv(t -> {}, w, Shape.batched(2, 5, 5)))
        .containsExactly("it gives [1, 2, 4, 5], not [1, 2, 5, 5]");
  }

  @Test
  void poolsAndResizes() {
    Pool2DOptionsT pool = new Pool2DOptionsT();
    pool.setStrideH(1);
    pool.setStrideW(1);
    pool.setFilterHeight(2);
    assertThat(
            image()
                .problems(BuiltinOperator.MAX_POOL_2D, BuiltinOptions.Pool2DOptions, pool, IMAGE))
        .containsExactly("the window is 0");
    ResizeBilinearOptionsT resize = new ResizeBilinearOptionsT();
    resize.setAlignCorners(true);
    resize.setHalfPixelCenters(true);
    assertThat(
            image()
                .with(ints(8, 8))
                .problems(
                    BuiltinOperator.RESIZE_BILINEAR,
                    BuiltinOptions.ResizeBilinearOptions,
                    resize,
                    Shape.batched(8, 8, 3)))
        .containsExactly("half_pixel_centers and align_corners exclude each other");
  }

  @Test
  void fullyConnectedLayers() {
    assertThat(
            image()
                .with(zeros(4, 71))
                .problems(
                    BuiltinOperator.FULLY_CONNECTED,
                    BuiltinOptions.FullyConnectedOptions,
                    new FullyConnectedOptionsT(),
                    Shape.batched(4)))
        .containsExactly("weights of [4, 71] do not fit an input of [1, 4, 6, 3]");
  }

  @Test
  void movedNumbers() {
    assertThat(image().with(ints(-1, 5)).problems(BuiltinOperator.RESHAPE, 0, "", IMAGE))
        .containsExactly("[1, 4, 6, 3] cannot become [-1, 5]");
    assertThat(image().with(ints(0, 1, 1, 3)).problems(BuiltinOperator.TRANSPOSE, 0, "", IMAGE))
        .containsExactly("the order [0, 1, 1, 3] is none of 4 axes");
    TensorData pads = TensorData.of(new int[] {0, 0, -1, 0, 0, 0, 0, 0}, 4, 2);
    assertThat(image().with(pads).problems(BuiltinOperator.PAD, 0, "", IMAGE))
        .containsExactly("paddings [0, 0, -1, 0, 0, 0, 0, 0] of [4, 2] do not fit [1, 4, 6, 3]");
    assertThat(
            image()
                .with(ints(0, 3, 0, 0))
                .with(ints(-1, 2, 6, 3))
                .problems(BuiltinOperator.SLICE, 0, "", IMAGE))
        .containsExactly("no slice of [1, 4, 6, 3] begins at [0, 3, 0, 0] with size [-1, 2, 6, 3]");
    assertThat(
            image()
                .with(ints(0, 0, 0, 0))
                .with(ints(1, 4, 6, 3))
                .with(ints(1, 0, 1, 1))
                .problems(
                    BuiltinOperator.STRIDED_SLICE,
                    BuiltinOptions.StridedSliceOptions,
                    new StridedSliceOptionsT(),
                    IMAGE))
        .containsExactly(
            "no slice of [1, 4, 6, 3] is [0, 0, 0, 0] to [1, 4, 6, 3] by [1, 0, 1, 1]");
    GatherOptionsT gather = new GatherOptionsT();
    gather.setAxis(3);
    assertThat(
            image()
                .with(ints(0, 3))
                .problems(
                    BuiltinOperator.GATHER,
                    BuiltinOptions.GatherOptions,
                    gather,
                    Shape.batched(4, 6, 2)))
        .containsExactly("an index lies outside of the 3 slices");
    ConcatenationOptionsT concat = new ConcatenationOptionsT();
    concat.setAxis(4);
    assertThat(
            image()
                .problems(
                    BuiltinOperator.CONCATENATION,
                    BuiltinOptions.ConcatenationOptions,
                    concat,
                    IMAGE))
        .containsExactly("axis 4 does not exist");
  }

  @Test
  void aShapeThatFitsOneBatchOnly() {
    TfliteBuilder b = image().with(ints(1, 72)).b;
    int y = b.tensor("y", DType.FLOAT32, Shape.batched(72), null);
    b.operator(BuiltinOperator.RESHAPE, 1, List.of(0, 1), List.of(y), null);
    b.outputs(List.of(y));
    assertThat(TfliteVerifier.verify(ByteBuffer.wrap(b.build())))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.at()).isEqualTo("subgraph 0, batch of 2, operator 0 (RESHAPE)");
              assertThat(p.what()).isEqualTo("[2, 4, 6, 3] cannot become [1, 72]");
            });
  }

  @Test
  void arityVersionsAndOptions() {
    assertThat(image().with(zeros(1)).problems(BuiltinOperator.RELU, 0, "", IMAGE))
        .containsExactly("it has 2 inputs and 1 outputs");
    assertThat(image().problems(BuiltinOperator.RELU, 99, null, IMAGE))
        .containsExactly("version 99 of RELU is too new");
    assertThat(image().with(zeros(1)).problems(BuiltinOperator.ADD, 0, "", IMAGE))
        .containsExactly("its options are of type 0");
    assertThat(
            image()
                .with(zeros(1))
                .problems(BuiltinOperator.MUL, BuiltinOptions.AddOptions, new AddOptionsT(), IMAGE))
        .containsExactly("its options are of type " + BuiltinOptions.AddOptions);
    assertThat(
            image()
                .problems(
                    BuiltinOperator.SOFTMAX,
                    BuiltinOptions.SoftmaxOptions,
                    new SoftmaxOptionsT(),
                    IMAGE))
        .containsExactly("beta is 0.0");
  }

  @Test
  void boundsThatAPoolCannotTake() {
    assertThat(poolAbove(0.5f))
        .containsExactly("a bound of 0.5 leaves no 0 to the operator before it");
    assertThat(poolAbove(Float.NaN)).hasSize(1);
    assertThat(poolAbove(-0.5f)).isEmpty();
  }

  private static List<String> poolAbove(float bound) {
    One one = image();
    int pooled = one.b.tensor("p", DType.FLOAT32, IMAGE, null);
    Pool2DOptionsT pool = new Pool2DOptionsT();
    pool.setStrideH(1);
    pool.setStrideW(1);
    pool.setFilterHeight(1);
    pool.setFilterWidth(1);
    BuiltinOptionsUnion options = new BuiltinOptionsUnion();
    options.setType(BuiltinOptions.Pool2DOptions);
    options.setValue(pool);
    one.b.operator(BuiltinOperator.AVERAGE_POOL_2D, 1, List.of(0), List.of(pooled), options);
    one.inputs.set(0, pooled);
    return one.with(TensorData.of(new float[] {bound}))
        .problems(
            BuiltinOperator.MAXIMUM,
            BuiltinOptions.MaximumMinimumOptions,
            new MaximumMinimumOptionsT(),
            IMAGE);
  }

  @Test
  void scalesOfIntegerProducts() {
    TensorData w = TensorData.of(new byte[108], 4, 3, 3, 3);
    assertThat(what(SmallModel.builder(SmallModel.perChannel(4, 0), w))).isEmpty();
    Quantization other = new Quantization(List.of(0.25f), List.of(0L), 0);
    assertThat(what(SmallModel.builder(other, w))).containsExactly("4 scales of a bias for 1");
    Quantization wide = new Quantization(List.of(1e6f, 1f, 1f, 1f), List.of(0L, 0L, 0L, 0L), 0);
    assertThat(what(SmallModel.builder(wide, w)))
        .containsExactly("the scales need a factor of 1000000.0, not 2^-32 to 2^8");
  }

  @Test
  void operatorsThatFacekitNeverWrites() {
    byte[] file = foreign();
    assertThat(TfliteVerifier.verify(ByteBuffer.wrap(file)))
        .singleElement()
        .satisfies(
            p ->
                assertThat(p.what()).isEqualTo("facekit does not write FLOOR and cannot check it"));
    assertThat(TfliteVerifier.verifyForeign(ByteBuffer.wrap(file))).isEmpty();
  }

  private static byte[] foreign() {
    One one = image();
    one.problems(BuiltinOperator.FLOOR, 1, null, IMAGE);
    return one.b.build();
  }
}
