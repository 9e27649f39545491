package io.facekit.core.tflite;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.tflite.TfliteBuilder.Quantization;
import java.util.Collections;
import java.util.List;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Conv2DOptionsT;

/** QUANTIZE, an int8 convolution with a scale per channel, DEQUANTIZE, PRELU in float. */
final class SmallModel {
  static final Quantization ACTIVATION = new Quantization(List.of(0.5f), List.of(-3L), 0);
  static final int QUANTIZED = 1;
  static final int WEIGHT = 2;

  private SmallModel() {}

  static Quantization perChannel(int channels, int axis) {
    return perChannel(channels, axis, 0.25f);
  }

  private static Quantization perChannel(int channels, int axis, float scale) {
    return new Quantization(
        Collections.nCopies(channels, scale), Collections.nCopies(channels, 0L), axis);
  }

  static BuiltinOptionsUnion conv() {
    Conv2DOptionsT options = new Conv2DOptionsT();
    options.setStrideH(2);
    options.setStrideW(1);
    options.setDilationHFactor(1);
    options.setDilationWFactor(1);
    options.setFusedActivationFunction(ActivationFunctionType.RELU6);
    BuiltinOptionsUnion union = new BuiltinOptionsUnion();
    union.setType(BuiltinOptions.Conv2DOptions);
    union.setValue(options);
    return union;
  }

  static TfliteBuilder builder() {
    return builder(perChannel(4, 0), TensorData.of(new byte[108], 4, 3, 3, 3));
  }

  static TfliteBuilder builder(Quantization weightQuantization, TensorData weight) {
    TfliteBuilder b = new TfliteBuilder();
    int image = b.tensor("image", DType.FLOAT32, Shape.batched(6, 5, 3), null);
    int quantized = b.tensor("image.q", DType.INT8, Shape.batched(6, 5, 3), ACTIVATION);
    int w = b.constant("w", weight, weightQuantization);
    int bias = b.constant("b", TensorData.of(new int[] {1, 2, 3, 4}, 4), perChannel(4, 0, 0.125f));
    int conv = b.tensor("conv.q", DType.INT8, Shape.batched(3, 5, 4), ACTIVATION);
    int floats = b.tensor("conv", DType.FLOAT32, Shape.batched(3, 5, 4), null);
    int slope = b.constant("slope", TensorData.of(new float[] {1, 2, 3, 4}, 1, 1, 4), null);
    int out = b.tensor("out", DType.FLOAT32, Shape.batched(3, 5, 4), null);
    b.operator(BuiltinOperator.QUANTIZE, 1, List.of(image), List.of(quantized), null);
    b.operator(BuiltinOperator.CONV_2D, 3, List.of(quantized, w, bias), List.of(conv), conv());
    b.operator(BuiltinOperator.DEQUANTIZE, 2, List.of(conv), List.of(floats), null);
    b.operator(BuiltinOperator.PRELU, 1, List.of(floats, slope), List.of(out), null);
    b.inputs(List.of(image));
    b.outputs(List.of(out));
    b.signature("serving_default");
    b.metadata("facekit", new byte[] {1, 2, 3});
    return b;
  }
}
