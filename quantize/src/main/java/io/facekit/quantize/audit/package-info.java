/** What the runtimes really make of an artifact, and where it loses precision. */
@NullMarked
package io.facekit.quantize.audit;

import org.jspecify.annotations.NullMarked;
