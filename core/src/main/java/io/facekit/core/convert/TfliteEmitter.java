package io.facekit.core.convert;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import io.facekit.core.ir.Graph;
import io.facekit.core.ir.Node;
import io.facekit.core.ir.Value;
import io.facekit.core.op.Foreign;
import io.facekit.core.op.Ops;
import io.facekit.core.quant.Quantization;
import io.facekit.core.quant.TensorIo;
import io.facekit.core.tflite.TfliteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a graph as TFLite. Every rank-4 value is NHWC by assignment, so no TRANSPOSE is needed;
 * the batch is -1 in the shape signatures. INT8 nodes read and write int8 tensors; QUANTIZE and
 * DEQUANTIZE stand only where precision changes.
 */
public final class TfliteEmitter {
  private TfliteEmitter() {}

  /** A file that does not say how its input is made. */
  public static byte[] emit(Graph graph, Quantization quantization, Map<String, String> metadata) {
    return emit(graph, quantization, metadata, TfliteForm.PLAIN);
  }

  /**
   * @param metadata written as one metadata buffer each, in the order of the keys
   * @throws io.facekit.core.error.FacekitException RECIPE_PRECISION if inputs and outputs are to be
   *     integers and some of them are read or written in float
   */
  public static byte[] emit(
      Graph graph, Quantization quantization, Map<String, String> metadata, TfliteForm form) {
    refuseUnsupported(graph);
    checkEnds(graph, quantization, form.io());
    TfliteBuilder model = new TfliteBuilder(form.batch());
    TfliteTensors tensors = new TfliteTensors(graph, quantization, model, form.io());
    List<Integer> inputs = new ArrayList<>();
    for (Value in : graph.inputs()) {
      inputs.add(tensors.input(in));
    }
    for (Node n : graph.nodes()) {
      Ops.of(n.op()).emitTflite(n, new TfliteNodeOut(n, graph, model, tensors));
    }
    List<Integer> outputs = new ArrayList<>();
    for (Value out : graph.outputs()) {
      outputs.add(tensors.output(out));
    }
    model.inputs(inputs);
    model.outputs(outputs);
    model.signature("serving_default");
    model.describe(form.image());
    new TreeMap<>(metadata)
        .forEach((key, value) -> model.metadata(key, value.getBytes(StandardCharsets.UTF_8)));
    return model.build();
  }

  /**
   * Checks that inputs and outputs can have the element type.
   *
   * @param quantization of which only precisions count
   * @throws io.facekit.core.error.FacekitException RECIPE_PRECISION as {@link #emit} does
   */
  public static void checkEnds(Graph graph, Quantization quantization, TensorIo io) {
    if (io == TensorIo.FLOAT32) {
      return;
    }
    Problems problems = new Problems();
    for (Value in : graph.inputs()) {
      graph.consumers(in).stream()
          .filter(n -> !quantization.isInt8(n.name()))
          .forEach(n -> problems.add(floatEnd("an input cannot be ", io, n, "reads it in float")));
    }
    for (Value out : graph.outputs()) {
      Node n = out.producer();
      if (n != null && !quantization.isInt8(n.name())) {
        problems.add(floatEnd("an output cannot be ", io, n, "computes it in float"));
      }
    }
    problems.throwIfAny();
  }

  private static Problem floatEnd(String what, TensorIo io, Node n, String found) {
    return Problem.of(ErrorId.RECIPE_PRECISION, what + io.id())
        .at(n.layer())
        .found("this layer " + found)
        .hint("give it int8, or leave the inputs and outputs in float32");
  }

  private static void refuseUnsupported(Graph graph) {
    Problems problems = new Problems();
    for (Node n : graph.nodes()) {
      if (!Ops.of(n.op()).hasTflite(n)) {
        problems.add(
            Problem.of(
                    ErrorId.GRAPH_TARGET,
                    (n.op() instanceof Foreign f ? f.operator() : n.op())
                        + " cannot be written as TFLite")
                .at(n.name()));
      }
    }
    problems.throwIfAny();
  }
}
