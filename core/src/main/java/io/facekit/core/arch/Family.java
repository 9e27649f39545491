package io.facekit.core.arch;

import io.facekit.core.error.Problem;
import java.util.List;
import java.util.Optional;

/** Networks that one piece of code defines. Widths, depths and sizes come from the weights. */
interface Family {
  /** For example {@code foamliu MobileFaceNet}. */
  String name();

  /** Input formats, as in {@link Architecture#inputs}. */
  List<InputFormat> inputs();

  /** Writes the network; what is missing or does not fit is remembered by its weights. */
  void write(Net net);

  /** The name with what the weights tell of the variant. */
  default String variant(Weights weights) {
    return name();
  }

  /** What the user must know that neither the weights nor the graph show. */
  default List<String> notes() {
    return List.of();
  }

  /** Why weights of this family cannot be converted, if they cannot. */
  default Optional<Problem> refusal(Weights weights) {
    return Optional.empty();
  }
}
