/** Tests of {@code io.facekit.runtime.run}. */
@NullMarked
package io.facekit.runtime.run;

import org.jspecify.annotations.NullMarked;
