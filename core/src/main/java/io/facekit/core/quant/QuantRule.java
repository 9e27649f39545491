package io.facekit.core.quant;

/** What an op allows in INT8, as data; the quantizer and the emitters interpret it. */
public sealed interface QuantRule {
  /** Integer kernel with int8 weights per output channel at one input, int32 bias at another. */
  record Weighted(int weightInput, int biasInput) implements QuantRule {}

  /** Integer kernel; every input and the output have parameters of their own. */
  record Free() implements QuantRule {}

  /** Moves or selects elements: the output has the input's parameters. */
  record SameScale() implements QuantRule {}

  /** Integer kernel whose output has the same parameters always: a function with a known range. */
  record FixedOutput(QuantParams output) implements QuantRule {}

  /** No integer kernel; stays float inside an INT8 graph. */
  record FloatOnly(String reason) implements QuantRule {}
}
