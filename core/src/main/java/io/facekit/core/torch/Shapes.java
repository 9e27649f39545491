package io.facekit.core.torch;

import io.facekit.core.error.FacekitException;
import io.facekit.core.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Tells the sizes of tensors while a program is read, so that the reader can follow the branches
 * that depend on them.
 */
public interface Shapes {
  /** Stands for a value that is not known because of an operator that has no lowering. */
  Arg.Ref MISSING = new Arg.Ref(Integer.MIN_VALUE);

  /**
   * Called once, before the first call is read.
   *
   * @throws FacekitException if such a program would be refused however it goes on
   */
  void begin(List<TorchProgram.Input> inputs, boolean training);

  /**
   * The shape of a tensor; the batch size is symbolic. A list has its length as its only size.
   *
   * @param calls the program so far; each time the same list, with more calls at its end
   * @return empty if it depends on an operator that has no lowering, or on {@link #MISSING}. What
   *     is read then may be incomplete, and only its list of operators is of use.
   * @throws FacekitException if a call among them is refused
   */
  Optional<Shape> of(Arg.Ref tensor, List<Call> calls);
}
