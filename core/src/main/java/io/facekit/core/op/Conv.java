package io.facekit.core.op;

import static io.facekit.core.ir.ShapeMismatch.require;

import io.facekit.core.ir.Op;
import io.facekit.core.ir.TensorType;
import io.facekit.core.ir.Value;
import io.facekit.core.onnx.OnnxAttributes;
import io.facekit.core.quant.QuantRule;
import io.facekit.core.tensor.Dim;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;

/**
 * 2-D convolution. Input {@code [N, C, H, W]}, weight {@code [M, C / groups, kH, kW]}, optional
 * bias {@code [M]}; output {@code [N, M, oH, oW]}.
 *
 * @param strides height, width
 * @param pads top, left, bottom, right
 * @param dilations height, width
 */
public record Conv(
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    int groups,
    Activation activation)
    implements Op {

  static final OpDef<Conv> DEF =
      OpDef.of(Conv.class)
          .fromAten(
              "aten::_convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[]"
                  + " padding, int[] dilation, bool transposed, int[] output_padding, int groups,"
                  + " bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32=True)",
              Conv::loadConvolution)
          .fromAten(
              "aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2]"
                  + " padding=0, int[2] dilation=1, int groups=1)",
              Conv::load)
          .fromAten(
              "aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, int[1]"
                  + " padding=0, int[1] dilation=1, int groups=1)",
              Conv::load)
          .fromOnnx("Conv", Conv::loadOnnx)
          .fromText(
              t ->
                  new Conv(
                      t.integers("strides"),
                      t.integers("pads"),
                      t.integers("dilations"),
                      t.integer("groups"),
                      t.activation()))
          .toOnnx(
              (op, node, out) ->
                  op.activation.emit(out, "Conv", out.inputs(), op.attributes(node.input(1))))
          .toTflite((op, node, out) -> ConvToTflite.emit(op, node, out))
          .quantized(new QuantRule.Weighted(1, 2));

  public Conv {
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  /**
   * A convolution of each channel by itself, which keeps height and width.
   *
   * @param window its height and width, odd
   */
  public static Conv depthwise(int channels, int window, Activation activation) {
    int pad = window / 2;
    return new Conv(
        List.of(1, 1), List.of(pad, pad, pad, pad), List.of(1, 1), channels, activation);
  }

  public Conv withActivation(Activation a) {
    return new Conv(strides, pads, dilations, groups, a);
  }

  public boolean isPadded() {
    return pads.stream().anyMatch(p -> p != 0);
  }

  /** Whether each output channel reads one input channel only. */
  public boolean isDepthwise(Value weight) {
    return groups > 1 && weight.type().shape().size(1) == 1;
  }

  private static Value loadConvolution(AtenCall call) {
    if (call.bool("transposed")) {
      throw call.unsupported("transposed convolution");
    }
    return load(call);
  }

  private static Value load(AtenCall call) {
    Value weight = call.tensor("weight");
    int rank = weight.type().shape().rank();
    if (rank == 3 && weight.isConstant()) {
      return loadFlat(call, weight);
    }
    if (rank != 4) {
      throw call.unsupported(rank - 2 + "-D convolution");
    }
    List<Integer> strides = call.ints("stride", 2);
    List<Integer> dilations = call.ints("dilation", 2);
    List<Integer> pads =
        call.isText("padding")
            ? namedPads(call, weight.type().shape(), strides, dilations)
            : bothSides(call.ints("padding", 2));
    Conv op = new Conv(strides, pads, dilations, call.integer("groups"), Activation.NONE);
    return call.node(op, inputs(call, call.tensor("input"), weight));
  }

  private static List<Value> inputs(AtenCall call, Value x, Value weight) {
    List<Value> inputs = new ArrayList<>(List.of(x, weight));
    call.optionalTensor("bias").ifPresent(inputs::add);
    return inputs;
  }

  private static List<Integer> bothSides(List<Integer> pad) {
    return List.of(pad.get(0), pad.get(1), pad.get(0), pad.get(1));
  }

  /** PyTorch puts the odd row or column of {@code same} after the input. */
  private static List<Integer> namedPads(
      AtenCall call, Shape w, List<Integer> strides, List<Integer> dilations) {
    String name = call.text("padding");
    if (name.equals("valid")) {
      return bothSides(List.of(0, 0));
    }
    if (!name.equals("same") || !strides.equals(List.of(1, 1))) {
      throw call.unsupported("padding " + name + " with strides " + strides);
    }
    int h = (w.size(2) - 1) * dilations.get(0);
    int v = (w.size(3) - 1) * dilations.get(1);
    return List.of(h / 2, v / 2, h - h / 2, v - v / 2);
  }

  /** One dimension is a map of height 1. */
  private static Value loadFlat(AtenCall call, Value weight) {
    Value x = call.tensor("input");
    Shape from = x.type().shape();
    Shape w = weight.type().shape();
    if (from.rank() != 3) {
      throw call.unsupported("1-D convolution of " + from);
    }
    int pad = call.ints("padding", 1).get(0);
    Conv op =
        new Conv(
            List.of(1, call.ints("stride", 1).get(0)),
            List.of(0, pad, 0, pad),
            List.of(1, call.ints("dilation", 1).get(0)),
            call.integer("groups"),
            Activation.NONE);
    Value map = call.node(Reshape.withUnit(from, 2), List.of(x));
    TensorData flat = weight.data().reshaped(Shape.of(w.size(0), w.size(1), 1, w.size(2)));
    Value y = call.node(op, inputs(call, map, call.constant("weight", flat)));
    Shape to = y.type().shape();
    return call.node(new Reshape(new Shape(List.of(to.dim(0), to.dim(1), to.dim(3)))), List.of(y));
  }

  private static Value loadOnnx(OnnxCall call) {
    Value x = call.tensor(0);
    Shape w = call.weightData(1).shape();
    if (w.rank() != 4 || x.type().shape().rank() != 4) {
      throw call.unsupported(w.rank() - 2 + "-D convolution");
    }
    List<Integer> kernel = List.of(w.size(2), w.size(3));
    if (!call.integers("kernel_shape").orElse(kernel).equals(kernel)) {
      throw call.unsupported("kernel_shape for a weight " + w);
    }
    List<Integer> strides = OnnxForm.list(call, "strides", 2, 1);
    List<Integer> dilations = OnnxForm.list(call, "dilations", 2, 1);
    List<Integer> pads = OnnxForm.pads(call, x.type().shape(), kernel, strides, dilations);
    if (pads.stream().anyMatch(p -> p < 0)) {
      throw call.unsupported("negative padding");
    }
    List<Value> inputs = new ArrayList<>(List.of(x, call.weight(1)));
    if (call.has(2)) {
      inputs.add(call.weight(2));
    }
    return call.node(
        new Conv(strides, pads, dilations, call.integer("group", 1), Activation.NONE), inputs);
  }

  private OnnxAttributes attributes(Value weight) {
    Shape w = weight.type().shape();
    return OnnxAttributes.none()
        .integers("dilations", dilations)
        .integer("group", groups)
        .integers("kernel_shape", List.of(w.size(2), w.size(3)))
        .integers("pads", pads)
        .integers("strides", strides);
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    Shape w = inputs.get(1).shape();
    require(x.rank() == 4, "Conv needs an input of rank 4, not " + x);
    require(w.rank() == 4, "Conv needs a weight of rank 4, not " + w);
    require(
        groups > 0 && x.size(1) == w.size(1) * groups && w.size(0) % groups == 0,
        "input " + x + " does not fit weight " + w + " in " + groups + " groups");
    if (inputs.size() > 2) {
      Shape b = inputs.get(2).shape();
      require(b.equals(Shape.of(w.size(0))), "bias " + b + " does not fit weight " + w);
    }
    return inputs
        .get(0)
        .withShape(
            new Shape(
                List.of(
                    x.dim(0),
                    w.dim(0),
                    Dim.of(window(0, x.size(2), w.size(2))),
                    Dim.of(window(1, x.size(3), w.size(3))))));
  }

  private int window(int axis, int in, int kernel) {
    return Window.outputSize(
        in, kernel, strides.get(axis), pads.get(axis), pads.get(axis + 2), dilations.get(axis));
  }
}
