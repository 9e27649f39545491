package io.facekit.runtime.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.runtime.face.Preprocessing.Channels;
import io.facekit.runtime.face.Preprocessing.Fit;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTensorTest {
  @TempDir Path folder;

  private static Preprocessing raw(int width, int height, Channels channels, Fit fit) {
    return new Preprocessing(
        height, width, channels, 1, List.of(0., 0., 0.), List.of(1., 1., 1.), fit);
  }

  private static float[] read(Preprocessing preprocessing, Path file) {
    return new ImageTensor(preprocessing).read(file, "face");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void ordersChannelsAsAsked(String format) throws IOException {
    BufferedImage image = DrawnImage.noise(5, 4, BufferedImage.TYPE_3BYTE_BGR, 1);
    Path file = DrawnImage.write(image, format, folder.resolve("x." + format));
    float[] rgb = read(raw(5, 4, Channels.RGB, Fit.CROP), file);
    float[] bgr = read(raw(5, 4, Channels.BGR, Fit.CROP), file);
    for (int i = 0; i < 20; i++) {
      int pixel = image.getRGB(i % 5, i / 5);
      for (int c = 0; c < 3; c++) {
        int value = (pixel >> (16 - 8 * c)) & 0xff;
        assertThat(rgb[c * 20 + i]).isEqualTo(value);
        assertThat(bgr[(2 - c) * 20 + i]).isEqualTo(value);
      }
    }
  }

  @Test
  void goesByTheContentNotByTheExtension() throws IOException {
    BufferedImage image = DrawnImage.noise(5, 4, BufferedImage.TYPE_3BYTE_BGR, 1);
    Path file = DrawnImage.write(image, "png", folder.resolve("x.jpg"));
    assertThat(read(raw(5, 4, Channels.RGB, Fit.CROP), file)).hasSize(60);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void repeatsGreySamplesAsTheyAre(int type) throws IOException {
    BufferedImage image = DrawnImage.noise(4, 4, type, 2);
    Path file = DrawnImage.write(image, "png", folder.resolve("grey.png"));
    float[] values = read(raw(4, 4, Channels.RGB, Fit.CROP), file);
    double steps = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
    for (int i = 0; i < 16; i++) {
      float expected = Math.round(image.getRaster().getSample(i % 4, i / 4, 0) / steps);
      assertThat(values[i]).isEqualTo(expected);
      assertThat(values[16 + i]).isEqualTo(expected);
      assertThat(values[32 + i]).isEqualTo(expected);
    }
  }

  @Test
  void putsTransparentPixelsOnBlack() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00ffffff);
    image.setRGB(1, 0, 0x80c80a14);
    Path file = DrawnImage.write(image, "png", folder.resolve("alpha.png"));
    assertThat(read(raw(2, 1, Channels.RGB, Fit.CROP), file)).containsExactly(0, 100, 0, 5, 0, 10);
  }

  @Test
  void mixesTheInksOfAFourColourJpeg() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      inks.setPixel(i % 16, i / 16, new int[] {0, 255, 155, 51});
    }
    Path file = folder.resolve("inks.jpg");
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(inks, null, null), null);
    } finally {
      writer.dispose();
    }
    float[] values = read(raw(16, 16, Channels.RGB, Fit.CROP), file);
    assertThat(values[0]).isBetween(202f, 206f);
    assertThat(values[256]).isBetween(0f, 2f);
    assertThat(values[512]).isBetween(78f, 82f);
  }

  @Test
  void cropsAroundTheCentre() throws IOException {
    BufferedImage image = DrawnImage.noise(112, 112, BufferedImage.TYPE_3BYTE_BGR, 3);
    Path file = DrawnImage.write(image, "png", folder.resolve("x.png"));
    float[] whole = read(raw(112, 112, Channels.RGB, Fit.CROP), file);
    float[] part = read(raw(96, 112, Channels.RGB, Fit.CROP), file);
    for (int row = 0; row < 3 * 112; row++) {
      assertThat(Arrays.copyOfRange(part, row * 96, row * 96 + 96))
          .isEqualTo(Arrays.copyOfRange(whole, row * 112 + 8, row * 112 + 104));
    }
  }

  @Test
  void resizesOnlyWhenAsked() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_3BYTE_BGR);
    image.setRGB(1, 0, 0xc8c8c8);
    Path file = DrawnImage.write(image, "png", folder.resolve("small.png"));
    assertThatThrownBy(() -> read(raw(4, 1, Channels.RGB, Fit.CROP), file))
        .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.DATA_SIZE));
    float[] values = read(raw(4, 1, Channels.RGB, Fit.RESIZE), file);
    assertThat(Arrays.copyOf(values, 4)).containsExactly(0, 50, 150, 200);
  }

  @ParameterizedTest
  @EnumSource(PreprocessingPreset.class)
  void normalizesWithEachPreset(PreprocessingPreset preset) throws IOException {
    Preprocessing p = preset.preprocessing();
    BufferedImage image = DrawnImage.noise(p.width(), p.height(), BufferedImage.TYPE_3BYTE_BGR, 4);
    Path file = DrawnImage.write(image, "png", folder.resolve("x.png"));
    int red = image.getRGB(0, 0) >> 16 & 0xff;
    int c = p.channels() == Channels.RGB ? 0 : 2;
    assertThat(read(p, file)[c * p.height() * p.width()])
        .isEqualTo((float) ((red * p.scale() - p.mean().get(c)) / p.std().get(c)));
    assertThat(PreprocessingPreset.named(preset.presetName())).contains(preset);
  }

  @Test
  void namesTheFileThatIsNoImage() throws IOException {
    Path text = Files.writeString(folder.resolve("x.jpg"), "<html>");
    assertThatThrownBy(() -> read(raw(2, 2, Channels.RGB, Fit.CROP), text))
        .satisfies(
            e -> {
              assertThat(id(e)).isEqualTo(ErrorId.DATA_IMAGE);
              assertThat(((FacekitException) e).problems().get(0).at()).isEqualTo("face");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "jpeg"})
  void refusesCutFiles(String format) throws IOException {
    BufferedImage image = DrawnImage.noise(64, 64, BufferedImage.TYPE_3BYTE_BGR, 5);
    Path file = DrawnImage.write(image, format, folder.resolve("x." + format));
    byte[] all = Files.readAllBytes(file);
    for (int length : new int[] {0, 3, 20, all.length / 2}) {
      Files.write(file, Arrays.copyOf(all, length));
      assertThatThrownBy(() -> read(raw(64, 64, Channels.RGB, Fit.CROP), file))
          .as("first %d of %d bytes", length, all.length)
          .satisfies(e -> assertThat(id(e)).isEqualTo(ErrorId.DATA_IMAGE));
    }
  }

  @Test
  void refusesHugeSizesByTheHeaderAlone() throws IOException {
    ByteBuffer png = ByteBuffer.allocate(8 + 25);
    png.putLong(0x89504e470d0a1a0aL).putInt(13);
    png.putInt(0x49484452).putInt(60_000).putInt(60_000).putInt(0x08020000).put((byte) 0);
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    png.putInt((int) crc.getValue());
    Path file = Files.write(folder.resolve("huge.png"), png.array());
    assertThatThrownBy(() -> read(raw(112, 112, Channels.RGB, Fit.CROP), file))
        .satisfies(
            e -> {
              assertThat(id(e)).isEqualTo(ErrorId.DATA_IMAGE);
              assertThat(((FacekitException) e).problems().get(0).found()).contains("60000x60000");
            });
  }

  private static ErrorId id(Throwable e) {
    return ((FacekitException) e).problems().get(0).id();
  }
}
