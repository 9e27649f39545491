package io.facekit.runtime.lanes;

import static io.facekit.runtime.lanes.LaneCase.lane;

import java.util.List;

/** Ops that bend numbers, or make one of many. */
final class ActivationCases {
  private ActivationCases() {}

  static List<LaneCase> all() {
    return List.of(
        lane("Abs", "of a map", "3,3,2", "b = Mul(input, five: f32[] {4.0})\ny = Abs(b)"),
        lane("Abs", "of rows", "3,3,2", "f = Flatten(input)\ny = Abs(f)"),
        lane("Exp", "of a map", "3,3,2", "b = Mul(input, five: f32[] {4.0})\ny = Exp(b)"),
        lane("Exp", "of rows", "3,3,2", "f = Flatten(input)\ny = Exp(f)"),
        lane("Neg", "of a map", "3,3,2", "b = Mul(input, five: f32[] {4.0})\ny = Neg(b)"),
        lane("Neg", "of rows", "3,3,2", "f = Flatten(input)\ny = Neg(f)"),
        lane("Sigmoid", "of a map", "3,3,2", "b = Mul(input, five: f32[] {4.0})\ny = Sigmoid(b)"),
        lane("Sigmoid", "of rows", "3,3,2", "f = Flatten(input)\ny = Sigmoid(f)"),
        lane("Tanh", "of a map", "3,3,2", "b = Mul(input, five: f32[] {4.0})\ny = Tanh(b)"),
        lane("Tanh", "of rows", "3,3,2", "f = Flatten(input)\ny = Tanh(f)"),
        lane(
            "HardSigmoid",
            "of a map",
            "3,3,2",
            "b = Mul(input, five: f32[] {4.0})\ny = HardSigmoid(b)"),
        lane("HardSigmoid", "of rows", "3,3,2", "f = Flatten(input)\ny = HardSigmoid(f)"),
        lane(
            "HardSwish",
            "of a map",
            "3,3,2",
            "b = Mul(input, five: f32[] {4.0})\ny = HardSwish(b)"),
        lane("HardSwish", "of rows", "3,3,2", "f = Flatten(input)\ny = HardSwish(f)"),
        lane(
            "Elu", "of a map", "3,3,2", "b = Mul(input, five: f32[] {4.0})\ny = Elu[alpha=1.0](b)"),
        lane("Elu", "of rows", "3,3,2", "f = Flatten(input)\ny = Elu[alpha=1.0](f)"),
        lane(
            "Gelu",
            "of a map",
            "3,3,2",
            "b = Mul(input, five: f32[] {4.0})\ny = Gelu[approximate=false](b)"),
        lane("Gelu", "of rows", "3,3,2", "f = Flatten(input)\ny = Gelu[approximate=false](f)"),
        lane(
            "Gelu",
            "of a map by tanh",
            "3,3,2",
            "b = Mul(input, five: f32[] {4.0})\ny = Gelu[approximate=true](b)"),
        lane(
            "Gelu",
            "of rows by tanh",
            "3,3,2",
            "f = Flatten(input)\ny = Gelu[approximate=true](f)"),
        lane("Erf", "of a map", "3,3,2", "y = Erf(input)").onnxOnly(),
        lane("Elu", "with alpha 0.5", "3,3,2", "y = Elu[alpha=0.5](input)").onnxOnly(),
        lane("Sqrt", "of a map", "3,3,2", "a = Abs(input)\ny = Sqrt(a)"),
        lane(
            "Sqrt",
            "of a weight",
            "3,3,2",
            "r = Sqrt(w: f32[1,3,3,2] {seed 1 from 1 to 2})\ny = Mul(input, r)"),
        lane(
            "Exp",
            "of a weight of fewer axes",
            "3,3,2",
            "r = Exp(w: f32[2] {seed 1})\nf = Reshape[shape=[batch,9,2]](input)\ny = Mul(f, r)"),
        lane("Pow", "with a number", "3,3,2", "a = Abs(input)\ny = Pow(a, e: f32[] {1.7})"),
        lane("Pow", "of a number", "3,3,2", "y = Pow(e: f32[] {1.7}, input)"),
        lane("Softmax", "of channels", "5,3,2", "y = Softmax[axis=1](input)"),
        lane("Softmax", "of columns", "3,2,5", "y = Softmax[axis=3](input)"),
        lane("Softmax", "of lines", "3,4,2", "y = Softmax[axis=2](input)").onnxOnly(),
        lane("Softmax", "of rows", "3,3,2", "f = Flatten(input)\ny = Softmax[axis=1](f)"),
        lane(
            "Softmax",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = Softmax[axis=2](f)"),
        lane(
                "Softmax",
                "of the middle of a table",
                "3,4,2",
                "f = Reshape[shape=[batch,3,8]](input)\ny = Softmax[axis=1](f)")
            .onnxOnly(),
        lane("ReduceMean", "over channels", "3,4,2", "y = ReduceMean[axes=[1]](input)"),
        lane("ReduceMean", "over a map", "3,4,2", "y = ReduceMean[axes=[2, 3]](input)"),
        lane("ReduceMean", "over lines", "3,4,2", "y = ReduceMean[axes=[2]](input)"),
        lane("ReduceMean", "over all", "3,4,2", "y = ReduceMean[axes=[1, 2, 3]](input)"),
        lane(
            "ReduceMean",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = ReduceMean[axes=[2]](f)"),
        lane("ReduceMean", "of rows", "3,4,2", "f = Flatten(input)\ny = ReduceMean[axes=[1]](f)"),
        lane("ReduceSum", "over channels", "3,4,2", "y = ReduceSum[axes=[1]](input)"),
        lane("ReduceSum", "over a map", "3,4,2", "y = ReduceSum[axes=[2, 3]](input)"),
        lane("ReduceSum", "over lines", "3,4,2", "y = ReduceSum[axes=[2]](input)"),
        lane("ReduceSum", "over all", "3,4,2", "y = ReduceSum[axes=[1, 2, 3]](input)"),
        lane(
            "ReduceSum",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = ReduceSum[axes=[2]](f)"),
        lane("ReduceSum", "of rows", "3,4,2", "f = Flatten(input)\ny = ReduceSum[axes=[1]](f)"),
        lane("ReduceMax", "over channels", "3,4,2", "y = ReduceMax[axes=[1]](input)"),
        lane("ReduceMax", "over a map", "3,4,2", "y = ReduceMax[axes=[2, 3]](input)"),
        lane("ReduceMax", "over lines", "3,4,2", "y = ReduceMax[axes=[2]](input)"),
        lane("ReduceMax", "over all", "3,4,2", "y = ReduceMax[axes=[1, 2, 3]](input)"),
        lane(
            "ReduceMax",
            "of a table",
            "3,4,2",
            "f = Reshape[shape=[batch,3,8]](input)\ny = ReduceMax[axes=[2]](f)"),
        lane("ReduceMax", "of rows", "3,4,2", "f = Flatten(input)\ny = ReduceMax[axes=[1]](f)"));
  }
}
