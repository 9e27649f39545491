package io.facekit.runtime.face;

import static org.assertj.core.api.Assertions.assertThat;

import io.facekit.runtime.SharedFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pixels and tensors against those that the training side computed. */
class RealFacesTest {
  private static final List<String> NAMES =
      List.of(
          "Keith_Bogans/Keith_Bogans_0002.jpg",
          "Keith_Bogans/Keith_Bogans_0003.jpg",
          "Gary_Doer/Gary_Doer_0001.jpg",
          "Tara_Reid/Tara_Reid_0001.jpg");

  @ParameterizedTest
  @CsvSource({
    "FACEPLUGIN, faces-rgb-127-128.input.f32",
    "FOAMLIU, faces-rgb-imagenet.input.f32",
    "XIAOCCER, faces-rgb-127.5-128-112x96.input.f32"
  })
  void equalsTheRecordedInput(PreprocessingPreset preset, String recorded) {
    float[] expected = SharedFolder.floats("models/torch/" + recorded);
    ImageTensor tensors = new ImageTensor(preset.preprocessing());
    assertThat(expected).hasSize(NAMES.size() * tensors.elements());
    for (int i = 0; i < NAMES.size(); i++) {
      Path file = SharedFolder.path("faces/lfw-view1-test/" + NAMES.get(i));
      float[] actual = tensors.read(file, NAMES.get(i));
      double worst = 0;
      for (int j = 0; j < actual.length; j++) {
        worst = Math.max(worst, Math.abs(actual[j] - expected[i * actual.length + j]));
      }
      assertThat(worst).as(NAMES.get(i)).isLessThanOrEqualTo(1e-6);
    }
  }
}
