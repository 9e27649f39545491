package io.facekit.runtime.nets;

import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * How calls of one operator are made.
 *
 * @param name of the operator
 * @param takes which values it can be applied to
 * @param make adds calls that end with one of the operator
 */
record NetOp(String name, Predicate<Tensor> takes, BiFunction<Net, Tensor, Tensor> make) {
  @Override
  public String toString() {
    return name;
  }

  /** On images. */
  static NetOp map(String name, BiFunction<Net, Tensor, Tensor> make) {
    return new NetOp(name, Tensor::isMap, make);
  }

  /** On rows of numbers. */
  static NetOp rows(String name, BiFunction<Net, Tensor, Tensor> make) {
    return new NetOp(name, Tensor::isRows, make);
  }

  static NetOp any(String name, BiFunction<Net, Tensor, Tensor> make) {
    return new NetOp(name, x -> true, make);
  }

  /** On one value, number by number, without further arguments. */
  static NetOp unary(String name) {
    return any(name, (net, x) -> net.same(name, x));
  }

  /** Narrows what it can be applied to. */
  NetOp when(Predicate<Tensor> condition) {
    return new NetOp(name, takes.and(condition), make);
  }
}
