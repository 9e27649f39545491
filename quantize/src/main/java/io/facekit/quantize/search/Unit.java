package io.facekit.quantize.search;

import java.util.List;

/**
 * Layers that change their precision together: one with weights and the activation after it, or an
 * op of its own such as an addition.
 *
 * @param name the part of the module path that its layers share
 * @param selectors of a recipe that select exactly its layers
 * @param layers names, in the order of the graph
 * @param parameters elements of its constants
 * @param work multiply-accumulates for one image, with what it costs to write its outputs
 */
public record Unit(
    String name, List<String> selectors, List<String> layers, long parameters, long work) {
  public Unit {
    selectors = List.copyOf(selectors);
    layers = List.copyOf(layers);
  }
}
