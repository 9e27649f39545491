package io.facekit.core.tflite;

/** What a delegate demands of an operator before it takes it. */
interface DelegateRules {
  /**
   * Throws what {@link StepView#refuse} makes, with the rule that is broken.
   *
   * @param operator a constant of {@link org.tensorflow.lite.schema.BuiltinOperator}
   */
  void check(int operator, StepView step);

  /** Whether a DEQUANTIZE of a constant is carried out once, while the delegate is set up. */
  boolean unpacks(StepView dequantize);
}
