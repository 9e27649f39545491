package io.facekit.core.tflite;

import io.facekit.core.tflite.TfliteModel.Step;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * What the operators so far have made of the tensors, by index.
 *
 * @param shapes of every tensor that has been written
 * @param fixed the tensors that are constants or made of constants alone
 * @param producers the operator that wrote a tensor
 */
record Flow(Map<Integer, List<Integer>> shapes, BitSet fixed, Map<Integer, Step> producers) {}
