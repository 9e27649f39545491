package io.facekit.runtime.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaceSetTest {
  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    for (String name :
        new String[] {
          "b/2.jpg",
          "b/1.PNG",
          "a/x.jpeg",
          "a-b/y.bmp",
          "\u00e9/z.jpg",
          "B/1.jpg",
          "loose.jpg",
          "notes.txt",
          ".hidden.jpg",
          ".trash/1.jpg",
          "b/deep/3.jpg"
        }) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name, StandardCharsets.UTF_8);
    }
  }

  @Test
  void listsImagesInBytewiseOrderOfTheirNames() {
    assertThat(FaceSet.scan(folder).faces())
        .extracting(Face::name)
        .containsExactly(
            "B/1.jpg",
            "a-b/y.bmp",
            "a/x.jpeg",
            "b/1.PNG",
            "b/2.jpg",
            "b/deep/3.jpg",
            "loose.jpg",
            "\u00e9/z.jpg");
  }

  @Test
  void takesTheFirstFolderForTheIdentity() {
    FaceSet set = FaceSet.scan(folder);
    assertThat(set.identities()).containsExactly("B", "a-b", "a", "b", "\u00e9");
    assertThat(set.faces().get(5).identity()).contains("b");
    assertThat(set.faces().get(6).identity()).isEqualTo(Optional.empty());
  }

  @Test
  void splitsByIdentityWithoutOverlap() {
    FaceSet set = FaceSet.scan(folder);
    assertThat(set.firstIdentities(2).faces())
        .extracting(Face::name)
        .containsExactly("B/1.jpg", "a-b/y.bmp");
    assertThat(set.lastIdentities(2).faces())
        .extracting(Face::name)
        .containsExactly("b/1.PNG", "b/2.jpg", "b/deep/3.jpg", "\u00e9/z.jpg");
    assertThat(set.sample(1).faces()).extracting(Face::name).containsExactly("B/1.jpg");
    assertThat(set.sample(99)).isEqualTo(set);
    assertThatThrownBy(() -> set.firstIdentities(6))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.DATA_IDENTITIES));
  }

  @Test
  void digestsNamesAndContents() throws IOException {
    String before = FaceSet.scan(folder).digest();
    assertThat(before).matches("[0-9a-f]{64}").isEqualTo(FaceSet.scan(folder).digest());
    Files.writeString(folder.resolve("notes.txt"), "other");
    assertThat(FaceSet.scan(folder).digest()).isEqualTo(before);
    Files.writeString(folder.resolve("b/1.PNG"), "other");
    String changed = FaceSet.scan(folder).digest();
    assertThat(changed).isNotEqualTo(before);
    Files.move(folder.resolve("b/1.PNG"), folder.resolve("b/1.jpg"));
    assertThat(FaceSet.scan(folder).digest()).isNotEqualTo(changed);
  }

  @Test
  void refusesFoldersWithoutImages() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> FaceSet.scan(empty))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.DATA_EMPTY));
    assertThatThrownBy(() -> FaceSet.scan(folder.resolve("missing")))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.FILE_NOT_FOUND));
    assertThatThrownBy(() -> FaceSet.scan(folder, 3))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.DATA_TOO_MANY));
  }

  private static ErrorId id(Throwable e) {
    return ((FacekitException) e).problems().get(0).id();
  }
}
