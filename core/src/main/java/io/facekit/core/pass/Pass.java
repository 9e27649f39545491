package io.facekit.core.pass;

import io.facekit.core.ir.Graph;

/**
 * A rewrite of a graph that keeps its function. Running it twice changes nothing the second time.
 */
public interface Pass {
  /** Rewrites the graph in place and tells whether anything changed. */
  boolean run(Graph graph);

  default String name() {
    return getClass().getSimpleName();
  }
}
