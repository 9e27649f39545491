package io.facekit.quantize.recipe;

import io.facekit.quantize.observe.RangeMethod;

/**
 * How INT8 is made of what the calibration images show.
 *
 * @param ranges how activation ranges are chosen
 * @param equalization whether channels are scaled to similar ranges first
 * @param sharedScales whether values around PRelu and Add have one scale
 * @param adaptiveRounding whether weights are rounded so that their layer changes least
 * @param biasCorrection whether biases make up for the mean error of rounding
 */
public record Methods(
    RangeMethod ranges,
    boolean equalization,
    boolean sharedScales,
    boolean adaptiveRounding,
    boolean biasCorrection) {}
