/** Writing and reading ONNX files. Knows no graph of facekit's own. */
@NullMarked
package io.facekit.core.onnx;

import org.jspecify.annotations.NullMarked;
