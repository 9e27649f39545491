/** Small graphs through every format and runtime, against plain arithmetic. */
@NullMarked
package io.facekit.runtime.lanes;

import org.jspecify.annotations.NullMarked;
