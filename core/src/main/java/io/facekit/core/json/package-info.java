/** JSON texts inside model files. */
@NullMarked
package io.facekit.core.json;

import org.jspecify.annotations.NullMarked;
