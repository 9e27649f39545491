package io.facekit.core.convert;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A TorchScript program written call by call; the image batch is {@code ref(0)}. */
final class Program {
  private final List<Call> calls = new ArrayList<>();
  private final List<TorchProgram.Input> inputs = new ArrayList<>();
  private String scope = "";
  private boolean training;

  Program(long... traced) {
    input(traced);
  }

  /** One more input. */
  Program input(long... traced) {
    Optional<List<Long>> shape =
        traced.length == 0 ? Optional.empty() : Optional.of(Arrays.stream(traced).boxed().toList());
    inputs.add(new TorchProgram.Input(-inputs.size(), "x", shape, Optional.of(DType.FLOAT32)));
    return this;
  }

  /** An input of bytes. */
  Program pixels(long... traced) {
    List<Long> shape = Arrays.stream(traced).boxed().toList();
    inputs.set(0, new TorchProgram.Input(0, "x", Optional.of(shape), Optional.of(DType.UINT8)));
    return this;
  }

  Program in(String module) {
    scope = module;
    return this;
  }

  Program training() {
    training = true;
    return this;
  }

  /** A call and the id of its result, counted from 1. */
  Arg.Ref call(String op, Object... args) {
    return callNamed(op, Map.of(), args);
  }

  Arg.Ref callNamed(String op, Map<String, Arg> named, Object... args) {
    int id = calls.size() + 1;
    List<Arg> list = Arrays.stream(args).map(Program::arg).toList();
    calls.add(new Call(op, list, named, List.of(id), scope, "net.pt!code/net.py:" + id));
    return new Arg.Ref(id);
  }

  /** A call of several results. */
  List<Arg> several(String op, int count, Object... args) {
    int id = calls.size() + 1;
    List<Integer> ids = IntStream.range(0, count).mapToObj(i -> 1000 * id + i).toList();
    List<Arg> list = Arrays.stream(args).map(Program::arg).toList();
    calls.add(new Call(op, list, Map.of(), ids, scope, "net.pt!code/net.py:" + id));
    return ids.stream().<Arg>map(Arg.Ref::new).toList();
  }

  static Arg arg(Object o) {
    if (o instanceof Arg a) {
      return a;
    } else if (o instanceof Integer i) {
      return new Arg.IntArg(i);
    } else if (o instanceof Double d) {
      return new Arg.FloatArg(d);
    } else if (o instanceof Boolean b) {
      return new Arg.BoolArg(b);
    } else if (o instanceof List<?> l) {
      return new Arg.ListArg(l.stream().map(Program::arg).toList());
    }
    throw new IllegalArgumentException(String.valueOf(o));
  }

  static Arg none() {
    return Arg.NoneArg.NONE;
  }

  static Arg.Ref x() {
    return new Arg.Ref(0);
  }

  static Arg constant(String name, float[] values, long... sizes) {
    return new Arg.Const(TensorData.of(values, sizes), name);
  }

  TorchProgram returning(Arg... outputs) {
    return new TorchProgram(inputs, calls, List.of(outputs), "net.pt", training, Map.of());
  }
}
