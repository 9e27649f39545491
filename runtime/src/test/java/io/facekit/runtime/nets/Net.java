package io.facekit.runtime.nets;

import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.TensorData;
import io.facekit.core.torch.Arg;
import io.facekit.core.torch.Call;
import io.facekit.core.torch.TorchProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** A random net while it is being made, call by call. All choices come from its seed. */
final class Net {
  private final Random random;
  private final List<Call> calls = new ArrayList<>();
  private final List<Tensor> made = new ArrayList<>();
  private final List<Long> input;
  private int constants;
  private Tensor output;

  Net(long seed) {
    // Neighbouring seeds of Random give related first numbers.
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    int channels = pick(1, 6);
    int height = pick(5, 17);
    int width = pick(5, 17);
    input = List.of(1L, (long) channels, (long) height, (long) width);
    output = new Tensor(new Arg.Ref(0), List.of(channels, height, width));
    made.add(output);
  }

  /** A number from {@code low} to {@code high}, both included. */
  int pick(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  boolean maybe(double probability) {
    return random.nextDouble() < probability;
  }

  double number(double low, double high) {
    return (float) (low + random.nextDouble() * (high - low));
  }

  /** A divisor of a number. */
  int divisor(int n) {
    List<Integer> divisors = new ArrayList<>();
    for (int i = 1; i <= n; i++) {
      if (n % i == 0) {
        divisors.add(i);
      }
    }
    return oneOf(divisors);
  }

  /** A constant of numbers between two bounds. */
  Arg constant(double low, double high, int... sizes) {
    float[] values = new float[Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) number(low, high);
    }
    long[] shape = Arrays.stream(sizes).asLongStream().toArray();
    return new Arg.Const(TensorData.of(values, shape), "c" + constants++);
  }

  /** Weights of {@code [outputs, ...]} that keep the size of what they are multiplied with. */
  Arg weights(int... sizes) {
    int inputs = Arrays.stream(sizes).skip(1).reduce(1, (a, b) -> a * b);
    double bound = Math.sqrt(3.0 / inputs);
    return constant(-bound, bound, sizes);
  }

  /** The value that the net returns; the image as long as nothing is applied. */
  Tensor output() {
    return output;
  }

  /** Makes calls of an operator, which then give the net's output. */
  Tensor apply(NetOp op) {
    output = op.make().apply(this, output);
    return output;
  }

  /** A value of the same sizes that was made earlier, if there is one. */
  Optional<Tensor> another(Tensor like) {
    List<Tensor> others =
        made.stream().filter(t -> t.sizes().equals(like.sizes()) && !t.equals(like)).toList();
    return others.isEmpty() ? Optional.empty() : Optional.of(oneOf(others));
  }

  /** An argument that is given by name. */
  record Named(String name, Object value) {}

  /**
   * Adds a call of one result. The arguments are values, numbers, lists of them, {@code Arg}, or
   * {@link Named}.
   */
  Tensor call(String op, List<Integer> sizes, Object... args) {
    Tensor result = new Tensor(inner(op, args), sizes);
    made.add(result);
    return result;
  }

  /** Adds a call whose result has the first argument's sizes. */
  Tensor same(String op, Tensor x, Object... rest) {
    List<Object> args = new ArrayList<>(List.of(x));
    args.addAll(Arrays.asList(rest));
    return call(op, x.sizes(), args.toArray());
  }

  /** Adds a call whose result is only an argument of others. */
  Arg.Ref inner(String op, Object... args) {
    int id = nextId();
    add(op, List.of(id), args);
    return new Arg.Ref(id);
  }

  /** Adds a call of several results of the same sizes. */
  List<Tensor> several(String op, int results, List<Integer> sizes, Object... args) {
    List<Tensor> all =
        parts(op, results, args).stream().map(ref -> new Tensor(ref, sizes)).toList();
    made.addAll(all);
    return all;
  }

  /** Adds a call of several results of which only the first is used. */
  Tensor first(String op, int results, List<Integer> sizes, Object... args) {
    Tensor result = new Tensor(parts(op, results, args).get(0), sizes);
    made.add(result);
    return result;
  }

  /** Adds a call of several results that are only arguments of others. */
  List<Arg.Ref> parts(String op, int results, Object... args) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      ids.add(nextId() + i);
    }
    add(op, ids, args);
    return ids.stream().map(Arg.Ref::new).toList();
  }

  /** A constant of indices below a bound. */
  Arg indices(int below, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = pick(0, below - 1);
    }
    return new Arg.Const(TensorData.of(values, count), "c" + constants++);
  }

  /** The names of all operators that it calls. */
  Set<String> operators() {
    return calls.stream().map(Call::op).collect(Collectors.toSet());
  }

  private void add(String op, List<Integer> results, Object... args) {
    List<Arg> list = new ArrayList<>();
    Map<String, Arg> named = new LinkedHashMap<>();
    for (Object o : args) {
      if (o instanceof Named n) {
        named.put(n.name(), arg(n.value()));
      } else {
        list.add(arg(o));
      }
    }
    calls.add(new Call(op, list, named, results, "", "net"));
  }

  private int nextId() {
    return 1 + calls.stream().mapToInt(c -> c.results().size()).sum();
  }

  private static Arg arg(Object o) {
    if (o instanceof Arg a) {
      return a;
    } else if (o instanceof Tensor t) {
      return t.ref();
    } else if (o instanceof Integer i) {
      return new Arg.IntArg(i);
    } else if (o instanceof Double d) {
      return new Arg.FloatArg(d);
    } else if (o instanceof Boolean b) {
      return new Arg.BoolArg(b);
    } else if (o instanceof String s) {
      return new Arg.StrArg(s);
    } else if (o instanceof List<?> l) {
      return new Arg.ListArg(l.stream().map(Net::arg).toList());
    }
    throw new IllegalArgumentException(String.valueOf(o));
  }

  /** The net as a program. */
  TorchProgram program() {
    TorchProgram.Input image =
        new TorchProgram.Input(0, "x", Optional.of(input), Optional.of(DType.FLOAT32));
    return new TorchProgram(
        List.of(image), calls, List.of(output.ref()), "net.pt", false, Map.of());
  }

  /** Every call on a line of its own. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("input " + input + "\n");
    for (Call c : calls) {
      out.append(c.results()).append(" = ").append(c.op()).append(' ');
      out.append(c.args().toString().replaceAll("Arg\\[(\\w+=)?|Ref\\[id=", "["));
      out.append(c.kwargs()).append('\n');
    }
    return out.toString();
  }
}
