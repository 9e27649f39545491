package io.facekit.core.convert;

import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Layout;
import io.facekit.core.quant.QuantParams;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.TensorIo;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tflite.TfliteBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.schema.BuiltinOperator;

/** The tensors of each value, in float and in int8. Converts between them once, where read. */
final class TfliteTensors {
  private final Graph graph;
  private final Quantization quantization;
  private final TfliteBuilder model;
  private final TensorIo io;
  private final Map<Value, String> outputNames;
  private final Map<Value, Integer> floats = new HashMap<>();
  private final Map<Value, Integer> codes = new HashMap<>();

  TfliteTensors(Graph graph, Quantization quantization, TfliteBuilder model, TensorIo io) {
    this.io = io;
    this.graph = graph;
    this.quantization = quantization;
    this.model = model;
    this.outputNames = OnnxEmitter.outputNames(graph);
  }

  Quantization quantization() {
    return quantization;
  }

  int input(Value v) {
    if (io == TensorIo.FLOAT32) {
      int tensor = floatTensor(v);
      floats.put(v, tensor);
      return tensor;
    }
    int given = codeTensor(v, v.name());
    codes.put(v, io == TensorIo.INT8 ? given : moved(given, int8Tensor(v)));
    return given;
  }

  int output(Value v) {
    if (io == TensorIo.FLOAT32) {
      return forFloat(v);
    }
    int written = written(v, true);
    return io == TensorIo.INT8 ? written : moved(written, codeTensor(v, name(v)));
  }

  private int moved(int from, int to) {
    model.operator(BuiltinOperator.QUANTIZE, 2, List.of(from), List.of(to), null);
    return to;
  }

  private int codeTensor(Value v, String name) {
    QuantParams p = quantization.activation(v.name());
    boolean unsigned = io == TensorIo.UINT8;
    long zeroPoint = (long) p.zeroPoint() - (unsigned ? 0 : QuantParams.SIGNED_OFFSET);
    return model.tensor(
        name,
        unsigned ? DType.UINT8 : DType.INT8,
        Layout.shape(v.type().shape()),
        new TfliteBuilder.Quantization(List.of(p.scale()), List.of(zeroPoint), 0));
  }

  /** The tensor that the value's producer writes. */
  int written(Value v, boolean int8) {
    return int8
        ? codes.computeIfAbsent(v, this::int8Tensor)
        : floats.computeIfAbsent(v, this::floatTensor);
  }

  int forInt8(Value v) {
    Integer existing = codes.get(v);
    if (existing != null) {
      return existing;
    }
    int tensor = int8Tensor(v);
    model.operator(BuiltinOperator.QUANTIZE, 1, List.of(written(v, false)), List.of(tensor), null);
    codes.put(v, tensor);
    return tensor;
  }

  int forFloat(Value v) {
    Node producer = v.producer();
    Integer existing = floats.get(v);
    if (existing != null || producer == null || !quantization.isInt8(producer.name())) {
      return written(v, false);
    }
    int tensor = floatTensor(v);
    model.operator(BuiltinOperator.DEQUANTIZE, 2, List.of(written(v, true)), List.of(tensor), null);
    floats.put(v, tensor);
    return tensor;
  }

  /** A tensor beside the graph's values, with the quantization of {@code like} if in int8. */
  int extra(String name, Shape shape, Value like, boolean int8) {
    return int8
        ? model.tensor(name, DType.INT8, shape, quantization(like))
        : model.tensor(name, DType.FLOAT32, shape, null);
  }

  private int floatTensor(Value v) {
    return model.tensor(name(v), v.type().dtype(), Layout.shape(v.type().shape()), null);
  }

  private int int8Tensor(Value v) {
    String name = io == TensorIo.INT8 && graph.isOutput(v) ? name(v) : v.name() + ".q";
    return model.tensor(name, DType.INT8, Layout.shape(v.type().shape()), quantization(v));
  }

  private String name(Value v) {
    return graph.isOutput(v) ? outputNames.getOrDefault(v, v.name()) : v.name();
  }

  boolean sameQuantization(Value a, Value b) {
    return quantization(a).equals(quantization(b));
  }

  TfliteBuilder.Quantization quantization(Value v) {
    QuantParams p = quantization.activation(v.name());
    return new TfliteBuilder.Quantization(
        List.of(p.scale()), List.of((long) p.zeroPoint() - QuantParams.SIGNED_OFFSET), 0);
  }
}
