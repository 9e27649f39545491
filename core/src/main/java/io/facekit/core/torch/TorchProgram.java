package io.facekit.core.torch;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The forward method of a TorchScript module, all sub-modules inlined: a flat list of operator
 * calls in the order in which PyTorch runs them. Values are numbered and made once; operators that
 * write in place ({@code aten::relu_}) stay as written.
 *
 * @param outputs what forward returns; the elements, if it returns a tuple or list
 * @param archive name of the file
 * @param training the root module's training flag; false if a frozen module has none
 * @param parameters the tensors that calls use, by name, in order of first use
 */
public record TorchProgram(
    List<Input> inputs,
    List<Call> calls,
    List<Arg> outputs,
    String archive,
    boolean training,
    Map<String, TensorData> parameters) {
  public TorchProgram {
    inputs = List.copyOf(inputs);
    calls = List.copyOf(calls);
    outputs = List.copyOf(outputs);
  }

  /**
   * A tensor that forward takes.
   *
   * @param tracedShape sizes of the example that the model was traced with, if the file has them; 0
   *     for a batch size that the file says is free
   */
  public record Input(
      int id, String name, Optional<List<Long>> tracedShape, Optional<DType> dtype) {}
}
