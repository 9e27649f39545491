/** An unpickler that knows a short list of names, builds plain data and never runs anything. */
@NullMarked
package io.facekit.core.pickle;

import org.jspecify.annotations.NullMarked;
