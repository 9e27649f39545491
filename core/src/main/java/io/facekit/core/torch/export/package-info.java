/** Programs of torch.export ({@code .pt2}), read into the same form as TorchScript programs. */
@NullMarked
package io.facekit.core.torch.export;

import org.jspecify.annotations.NullMarked;
