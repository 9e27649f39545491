package io.facekit.core.arch;

import io.facekit.core.error.Problems;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.FiniteCheck;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From a network whose weights all fit to a program of float32 weights. */
final class Programs {
  private Programs() {}

  /**
   * @throws io.facekit.core.error.FacekitException TENSOR_NOT_FINITE for all weights at once
   */
  static TorchProgram of(Net net, String file) {
    Map<String, TensorData> parameters = new LinkedHashMap<>();
    Problems problems = new Problems();
    List<Call> calls = new ArrayList<>();
    for (Call call : net.calls()) {
      List<Arg> args = new ArrayList<>();
      for (Arg arg : call.args()) {
        if (arg instanceof Arg.Const c) {
          FiniteCheck.check(c.data(), c.name(), file).ifPresent(problems::add);
          TensorData data = isNarrow(c) ? float32(c.data()) : c.data();
          parameters.put(c.name(), data);
          args.add(new Arg.Const(data, c.name()));
        } else {
          args.add(arg);
        }
      }
      calls.add(new Call(call.op(), args, call.kwargs(), call.results(), call.scope(), call.at()));
    }
    problems.throwIfAny();
    TorchProgram.Input input =
        new TorchProgram.Input(
            0,
            "x",
            Optional.of(List.of(1L, net.image().channels(), net.height(), net.width())),
            Optional.of(DType.FLOAT32));
    Arg output = new Arg.Ref(calls.get(calls.size() - 1).results().get(0));
    return new TorchProgram(
        List.of(input),
        calls,
        List.of(output),
        file,
        false,
        Collections.unmodifiableMap(parameters));
  }

  /** Whether an argument is a weight that is not in float32. */
  static boolean isNarrow(Arg arg) {
    return arg instanceof Arg.Const c && c.data().dtype() != DType.FLOAT32;
  }

  private static TensorData float32(TensorData data) {
    return TensorData.of(data.toFloats(), data.shape().at(1));
  }
}
