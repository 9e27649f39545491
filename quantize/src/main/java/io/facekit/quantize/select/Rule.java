package io.facekit.quantize.select;

import io.facekit.core.quant.Precision;

/**
 * One line of a recipe: these layers get this precision.
 *
 * @param reason free text for the report, possibly empty
 * @param at the JSON pointer of the selector in the recipe, for messages
 */
public record Rule(Selector select, Precision precision, String reason, String at) {}
