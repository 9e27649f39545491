/** One file per pass, and the ordered lists of passes. */
@NullMarked
package io.facekit.core.pass;

import org.jspecify.annotations.NullMarked;
