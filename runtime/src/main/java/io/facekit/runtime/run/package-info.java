/** Artifacts opened in their real runtimes behind one small interface. */
@NullMarked
package io.facekit.runtime.run;

import org.jspecify.annotations.NullMarked;
