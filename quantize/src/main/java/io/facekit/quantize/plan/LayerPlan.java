package io.facekit.quantize.plan;

import io.facekit.core.quant.Precision;

/**
 * What was decided for one layer of the canonical graph.
 *
 * @param type of the op, for example {@code Conv}
 * @param requested by the recipe
 * @param reason the recipe's own words, or the rule that decided
 */
public record LayerPlan(String layer, String type, Precision requested, String reason) {}
