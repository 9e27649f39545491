/** The jobs behind the verbs of the command line. */
@NullMarked
package io.facekit.quantize.job;

import org.jspecify.annotations.NullMarked;
