package io.facekit.core.torch;

import io.facekit.core.pickle.PickleValue;

/** What {@code torch.save} wrote, in any of its containers: an object, and its storages. */
record Checkpoint(PickleValue root, Storages storages) {}
