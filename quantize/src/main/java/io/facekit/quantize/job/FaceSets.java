package io.facekit.quantize.job;

import io.facekit.quantize.recipe.Recipe.ImageSet;
import io.facekit.runtime.face.FaceSet;

/** The images that a recipe names. */
final class FaceSets {
  private FaceSets() {}

  static FaceSet of(ImageSet images) {
    FaceSet set = FaceSet.scan(images.images());
    if (images.firstIdentities().isPresent()) {
      set = set.firstIdentities(images.firstIdentities().get());
    }
    if (images.lastIdentities().isPresent()) {
      set = set.lastIdentities(images.lastIdentities().get());
    }
    return images.samples().isPresent() ? set.sample(images.samples().get()) : set;
  }
}
