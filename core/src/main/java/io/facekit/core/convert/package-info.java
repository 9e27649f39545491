/** From model files to graphs and from graphs to artifacts. Drives the registry, knows no op. */
@NullMarked
package io.facekit.core.convert;

import org.jspecify.annotations.NullMarked;
