/** The typed graph between model files and artifacts. Knows no concrete op. */
@NullMarked
package io.facekit.core.ir;

import org.jspecify.annotations.NullMarked;
