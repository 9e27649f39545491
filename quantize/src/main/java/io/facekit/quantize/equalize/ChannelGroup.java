package io.facekit.quantize.equalize;

import java.util.List;

/**
 * Values whose channels can be scaled together without changing what the graph computes.
 *
 * @param channels of each of the values
 * @param values that are scaled, all with the same factors
 * @param producers Conv and Gemm nodes whose output channels are divided by the factors
 * @param consumers Conv and Gemm nodes whose input channels are multiplied by them
 * @param clipped those of the producers that end with a ReLU6
 */
record ChannelGroup(
    int channels,
    List<String> values,
    List<String> producers,
    List<String> consumers,
    List<String> clipped) {}
