/** TFLite flatbuffers: a builder, a verifier for untrusted bytes, and a printer. */
@NullMarked
package io.facekit.core.tflite;

import org.jspecify.annotations.NullMarked;
