package io.facekit.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.facekit.core.error.FacekitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerTest {
  @TempDir Path folder;

  private Optional<String> of(byte[] bytes, ModelKind kind) throws IOException {
    return Producer.of(Files.write(folder.resolve("m"), bytes), kind);
  }

  private static TestArchive archive() {
    return TestArchive.withForward("return x");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void entriesTellTheAge() throws IOException {
    TestArchive archive = archive();
    assertThat(of(archive.bytes(), ModelKind.TORCHSCRIPT))
        .contains("PyTorch 1.4 to 2.0, archive version 3");
    archive.put("byteorder", ascii("little"));
    assertThat(of(archive.bytes(), ModelKind.TORCHSCRIPT))
        .contains("PyTorch 2.1 or later, archive version 3");
    archive.put(".storage_alignment", ascii("64"));
    assertThat(of(archive.bytes(), ModelKind.TORCHSCRIPT))
        .contains("PyTorch 2.7 or later, archive version 3");
  }

  @Test
  void aVersionThatIsNoneDoesNoHarm() throws IOException {
    assertThat(of(archive().put("version", new byte[0]).bytes(), ModelKind.TORCHSCRIPT))
        .contains("PyTorch 1.4 to 2.0");
    byte[] longOne = ascii("1".repeat(17));
    assertThat(of(archive().put("version", longOne).bytes(), ModelKind.TORCHSCRIPT))
        .contains("PyTorch 1.4 to 2.0");
    assertThat(of(archive().put("version", ascii("\u001b[2J")).bytes(), ModelKind.TORCHSCRIPT))
        .hasValueSatisfying(text -> assertThat(text).doesNotContain("\u001b"));
  }

  @Test
  void safetensorsHaveTheirOwnWords() throws IOException {
    String header = "{\"__metadata__\":{\"format\":\"pt\",\"a\\u001b\":\"b\"}}";
    assertThat(of(CheckpointBytes.safetensors(header, new byte[0]), ModelKind.SAFETENSORS))
        .hasValueSatisfying(
            text -> assertThat(text).endsWith(" b, format pt").doesNotContain("\u001b"));
    assertThat(of(CheckpointBytes.safetensors("{}", new byte[0]), ModelKind.SAFETENSORS)).isEmpty();
    byte[] damaged = CheckpointBytes.safetensors("{\"__metadata__\":", new byte[0]);
    assertThatThrownBy(() -> of(damaged, ModelKind.SAFETENSORS))
        .isInstanceOf(FacekitException.class);
  }

  @Test
  void tensorsAreFoundWhereCodeCannotBeRead() throws IOException {
    byte[] bytes = TestArchive.withForward("return torch.foo(").bytes();
    Path file = Files.write(folder.resolve("net.pt"), bytes);
    assertThatThrownBy(() -> TorchScriptReader.read(file)).isInstanceOf(FacekitException.class);
    assertThat(TorchScriptReader.tensors(file)).hasToString("{w=f32[2]}");
  }
}
