/**
 * PyTorch files: what kind they are, and the program in a TorchScript archive. Files are read as
 * data; nothing in them is run.
 */
@NullMarked
package io.facekit.core.torch;

import org.jspecify.annotations.NullMarked;
