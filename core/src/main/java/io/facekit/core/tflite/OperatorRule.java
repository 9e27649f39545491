package io.facekit.core.tflite;

import java.util.List;

/**
 * What an operator of one kind may look like.
 *
 * @param least number of inputs; these are given, the others may be left out
 * @param most number of inputs
 * @param version the newest that is accepted
 * @param options the type of its options (a constant of {@link
 *     org.tensorflow.lite.schema.BuiltinOptions}); 0 for none
 * @param needsOptions whether it cannot do without them
 * @param shape the shape that it gives its output
 * @param elements element types, scales and fixed inputs
 */
record OperatorRule(
    int least,
    int most,
    int version,
    int options,
    boolean needsOptions,
    ShapeRule shape,
    ElementRule elements) {

  /** Throws what {@link StepView#refuse} makes if the operator cannot compute. */
  interface ShapeRule {
    List<Integer> output(StepView step);
  }

  /** Throws what {@link StepView#refuse} makes if the operator cannot compute. */
  interface ElementRule {
    void check(StepView step);
  }
}
