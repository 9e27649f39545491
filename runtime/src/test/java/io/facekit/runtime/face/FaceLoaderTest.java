package io.facekit.runtime.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.runtime.face.Preprocessing.Channels;
import io.facekit.runtime.face.Preprocessing.Fit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaceLoaderTest {
  private static final Preprocessing RAW =
      new Preprocessing(8, 8, Channels.RGB, 1, List.of(0., 0., 0.), List.of(1., 1., 1.), Fit.CROP);

  @TempDir Path folder;

  private FaceSet faces(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      DrawnImage.write(
          DrawnImage.noise(8, 8, BufferedImage.TYPE_3BYTE_BGR, i),
          "png",
          folder.resolve("id" + i / 3 + "/" + i + ".png"));
    }
    return FaceSet.scan(folder);
  }

  private static List<float[]> all(FaceLoader loader, int max) {
    List<float[]> rows = new ArrayList<>();
    for (Optional<FaceBatch> b = loader.next(max); b.isPresent(); b = loader.next(max)) {
      FaceBatch batch = b.get();
      assertThat(batch.input()).hasSize(batch.size() * 192);
      for (int i = 0; i < batch.size(); i++) {
        rows.add(Arrays.copyOfRange(batch.input(), i * 192, (i + 1) * 192));
      }
    }
    return rows;
  }

  @Test
  void deliversTheSameInOrderWhateverTheThreadsAndBatches() throws IOException {
    FaceSet set = faces(25);
    ImageTensor tensors = new ImageTensor(RAW);
    List<float[]> expected =
        set.faces().stream().map(f -> tensors.read(f.file(), f.name())).toList();
    for (int threads : new int[] {1, 3}) {
      for (int batch : new int[] {1, 7, 100}) {
        try (FaceLoader loader = new FaceLoader(set, RAW, threads)) {
          assertThat(all(loader, batch))
              .usingElementComparator(Arrays::compare)
              .containsExactlyElementsOf(expected);
          assertThat(loader.skipped()).isEmpty();
        }
      }
    }
  }

  @Test
  void listsWhatItLeavesOut() throws IOException {
    faces(4);
    Files.writeString(folder.resolve("id0/0.png"), "no image");
    DrawnImage.write(
        DrawnImage.noise(4, 4, BufferedImage.TYPE_3BYTE_BGR, 9), "png", folder.resolve("tiny.png"));
    try (FaceLoader loader = new FaceLoader(FaceSet.scan(folder), RAW, 2)) {
      assertThat(all(loader, 2)).hasSize(3);
      assertThat(loader.skipped())
          .extracting(Skipped::name)
          .containsExactly("id0/0.png", "tiny.png");
      assertThat(loader.skipped().get(0).reason()).contains("not a JPEG, PNG or BMP image");
      assertThat(loader.skipped().get(1).reason()).contains("4x4");
    }
  }

  @Test
  void refusesASetWithoutOneUsableImage() throws IOException {
    Files.writeString(folder.resolve("x.png"), "no image");
    try (FaceLoader loader = new FaceLoader(FaceSet.scan(folder), RAW, 1)) {
      assertThatThrownBy(() -> loader.next(4))
          .satisfies(
              e ->
                  assertThat(((FacekitException) e).problems().get(0).id())
                      .isEqualTo(ErrorId.DATA_EMPTY));
    }
  }
}
