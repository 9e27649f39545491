package io.facekit.core.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.tensor.DType;
import io.facekit.core.tensor.Half;
import io.facekit.core.tensor.MappedFile;
import io.facekit.core.tensor.Shape;
import io.facekit.core.tensor.TensorData;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateDictReaderTest {
  private record Container(
      String name, ModelKind kind, Function<Map<String, TensorData>, byte[]> writer) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Container> containers() {
    return Stream.of(
        new Container("zip", ModelKind.STATE_DICT, CheckpointBytes::zip),
        new Container("legacy", ModelKind.LEGACY_PICKLE, CheckpointBytes::legacy),
        new Container("tar", ModelKind.LEGACY_TAR, CheckpointBytes::tar),
        new Container("safetensors", ModelKind.SAFETENSORS, CheckpointBytes::safetensors));
  }

  private static StateDict read(byte[] bytes) {
    return StateDictReader.read(
        new MappedFile("w.pt", ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)));
  }

  private static Problem refused(byte[] bytes) {
    return catchThrowableOfType(FacekitException.class, () -> read(bytes)).problems().get(0);
  }

  private static TensorData half(float... values) {
    ByteBuffer b = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      b.putShort(Half.fromFloat(v));
    }
    return new TensorData(DType.FLOAT16, Shape.of(values.length), b.flip());
  }

  private static Map<String, TensorData> weights() {
    Map<String, TensorData> out = new LinkedHashMap<>();
    out.put("b.weight", TensorData.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    out.put("a.bias", half(0.5f, -2));
    out.put("a.num_batches_tracked", TensorData.of(new long[] {7}));
    return out;
  }

  @ParameterizedTest
  @MethodSource("containers")
  void everyContainerHoldsTheSame(Container container) {
    byte[] bytes = container.writer().apply(weights());
    StateDict state = read(bytes);
    assertThat(state.kind()).isEqualTo(container.kind());
    assertThat(state.file()).isEqualTo("w.pt");
    assertThat(state.path()).isEmpty();
    assertThat(state.notes()).isEmpty();
    assertThat(state.tensors().keySet())
        .containsExactly("b.weight", "a.bias", "a.num_batches_tracked");
    TensorData weight = requireNonNull(state.tensors().get("b.weight"));
    assertThat(weight.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(weight.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(requireNonNull(state.tensors().get("a.bias")).toString()).isEqualTo("f16[2]");
    assertThat(requireNonNull(state.tensors().get("a.num_batches_tracked")).shape())
        .isEqualTo(Shape.SCALAR);
    // A view on the file: what changes there is seen.
    byte[] one = TestArchive.floats(1);
    int at =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .indexOf(new String(TestArchive.floats(1, 2), StandardCharsets.ISO_8859_1));
    assertThat(Arrays.copyOfRange(bytes, at, at + 4)).isEqualTo(one);
    bytes[at + 3] = 0;
    assertThat(weight.floatAt(0)).isNotEqualTo(1f);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void damageGivesOnlyOurErrors(Container container) {
    byte[] good = container.writer().apply(weights());
    for (int length = 0; length < good.length; length++) {
      readOrRefuse(Arrays.copyOf(good, length), container + " cut to " + length);
    }
    long seed = 20240611;
    Random random = new Random(seed);
    for (int round = 0; round < 4000; round++) {
      byte[] damaged = good.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      if (container.kind() == ModelKind.LEGACY_TAR) {
        repairChecksums(damaged);
      }
      readOrRefuse(damaged, container + ", seed " + seed + ", round " + round);
    }
  }

  /** Without it nearly all damage in a header would end at its sum. */
  private static void repairChecksums(byte[] tar) {
    for (int at = 0; at + 512 <= tar.length; at += 512) {
      if (new String(tar, at + 257, 5, StandardCharsets.ISO_8859_1).equals("ustar")) {
        Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + 512; i++) {
          sum += tar[i] & 0xff;
        }
        byte[] digits = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, tar, at + 148, 6);
        tar[at + 154] = 0;
      }
    }
  }

  private static void readOrRefuse(byte[] bytes, String what) {
    try {
      read(bytes);
    } catch (FacekitException e) {
      assertThat(e.problems()).as(what).isNotEmpty();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(what, e);
    }
  }

  private static byte[] nested(PickleBytes object, int tensors) {
    return CheckpointBytes.legacy(
        object, List.copyOf(weights().values()).subList(0, Math.min(tensors, 3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"state_dict", "net_state_dict", "model_state_dict", "model", "anything"})
  void stateDictIsFoundOneLevelDown(String key) {
    PickleBytes object =
        PickleBytes.start().op('}').op('(').string("epoch").raw('K', 3).string(key);
    CheckpointBytes.items(object, weights(), "9");
    StateDict state = read(nested(object.op('u'), 3));
    assertThat(state.path()).isEqualTo(key);
    assertThat(state.tensors()).hasSize(3);
  }

  @Test
  void optimizerStateIsNotTheModel() {
    PickleBytes object = PickleBytes.start().op('}').op('(').string("optimizer").op('}').op('(');
    object.string("state").op('}').op('(');
    object.raw('K', 0).op('}').op('(').string("momentum_buffer");
    object.tensor("FloatStorage", "90", 6, 0, new long[] {6}, new long[] {1});
    object.op('u').op('u').op('u').string("state_dict");
    CheckpointBytes.items(object, weights(), "9");
    object.string("head").op('}').op('(').string("weight");
    object.tensor("FloatStorage", "90", 6, 0, new long[] {6}, new long[] {1}).op('u');
    StateDict state = read(nested(object.op('u'), 3));
    assertThat(state.path()).isEqualTo("state_dict");
    assertThat(state.notes()).containsExactly("other dictionaries of weights are left out: head");
  }

  @Test
  void whatTrainingScriptsLeaveIsPassedOver() {
    PickleBytes object = PickleBytes.start().op('}').op('(').string("best");
    object.global("numpy.core.multiarray", "scalar").op('(').global("numpy", "dtype").op('(');
    object.string("f8").raw('K', 0).raw('K', 1).op('t').op('R').op('(').raw('K', 3).op('t').op('b');
    object.global("_codecs", "encode").op('(').string("x").string("latin1").op('t').op('R');
    object.op('t').op('R');
    object.string("args").object("argparse", "Namespace").string("lr").raw('K', 1).endObject();
    object.string("device").global("torch", "device").string("cpu").raw(0x85).op('R');
    // The keys of Python 2 are byte strings.
    object.raw('U', 5, 'm', 'o', 'd', 'e', 'l');
    CheckpointBytes.items(object, weights(), "9");
    assertThat(read(nested(object.op('u'), 3)).path()).isEqualTo("model");
  }

  @Test
  void codecsMayNotDecodeAnythingElse() {
    byte[] bytes =
        PickleBytes.start()
            .global("_codecs", "encode")
            .op('(')
            .string("x")
            .string("rot13")
            .op('t')
            .op('R')
            .end();
    assertThat(refused(bytes).id()).isEqualTo(ErrorId.PICKLE_MALFORMED);
  }

  private static StateDict withNames(String... names) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, TensorData.of(new float[] {1}, 1));
    }
    return read(CheckpointBytes.safetensors(tensors));
  }

  @ParameterizedTest
  @CsvSource({
    "module.a.x module.b.y, a.x b.y",
    "module.backbone.a.x module.backbone.b.y, a.x b.y",
    "my_wrapper.a.x my_wrapper.b, a.x b",
    "a.x a.y, x y",
    "a b, a b",
    "layer1.a layer2.b, layer1.a layer2.b"
  })
  void sharedPrefixesAreTakenAway(String names, String expected) {
    StateDict state = withNames(names.split(" ", -1));
    assertThat(state.tensors().keySet()).containsExactly(expected.split(" ", -1));
    assertThat(state.notes()).isEmpty();
  }

  @Test
  void headsBesideABackboneAreLeftOut() {
    StateDict state = withNames("module.head.weight", "module.backbone.a.x", "module.backbone.b.y");
    assertThat(state.tensors().keySet()).containsExactly("a.x", "b.y");
    assertThat(state.notes())
        .containsExactly(
            "only the weights below module.backbone. are the model; left out: module.head.weight");
  }

  @Test
  void endlessPrefixesEnd() {
    assertThat(withNames("a.".repeat(200) + "x").tensors().keySet())
        .containsExactly("a.".repeat(192) + "x");
    byte[] longName =
        CheckpointBytes.safetensors(Map.of("a.".repeat(2000), TensorData.of(new float[] {1}, 1)));
    assertThat(refused(longName).id()).isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
  }

  @Test
  void nothingToFind() {
    assertThat(refused(nested(PickleBytes.start().op('}'), 0)).id())
        .isEqualTo(ErrorId.CHECKPOINT_EMPTY);
    assertThat(refused(PickleBytes.start().op('}').end()).id())
        .isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
  }

  @Test
  void bigEndianIsRefused() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CheckpointBytes.legacyHead(out, false);
    assertThat(refused(out.toByteArray()).id()).isEqualTo(ErrorId.KIND_UNSUPPORTED);
  }

  @Test
  void storagesOfTheStreamMustBeThere() {
    byte[] good = CheckpointBytes.legacy(weights());
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    assertThat(refused(cut).id()).isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
    byte[] missing =
        CheckpointBytes.legacy(
            CheckpointBytes.dictionary(weights(), "9"),
            List.copyOf(weights().values()).subList(0, 2));
    assertThat(refused(missing).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
    byte[] unknown =
        CheckpointBytes.legacy(
            PickleBytes.start().op('}'), List.copyOf(weights().values()).subList(0, 1));
    assertThat(refused(unknown).id()).isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
    byte[] huge = good.clone();
    int count = good.length - (8 + 24) - (8 + 4) - (8 + 8);
    assertThat(good[count]).isEqualTo((byte) 6);
    for (byte b : new byte[] {7, 0x40, (byte) 0x80}) {
      huge[count + 7] = b;
      assertThat(refused(huge).id()).isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
    }
  }

  @Test
  void repeatedElementsDoNotFillTheMemory() {
    PickleBytes object = PickleBytes.start().op('}').op('(');
    for (int i = 0; i < 1000; i++) {
      object
          .string("w" + i)
          .tensor("FloatStorage", "90", 6, 0, new long[] {1 << 16}, new long[] {0});
    }
    assertThat(refused(nested(object.op('u'), 1)).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,12]}}",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
        "{'w':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
        "{'w':{'dtype':'F32','shape':[4294967296,4294967296,2],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}}",
        "{'w':{'dtype':'F32','shape':[2]}}",
        "{'v':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
        "{'v':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
        "{'w':[]}"
      })
  void safetensorsMustFitTheirBytes(String header) {
    byte[] bytes = CheckpointBytes.safetensors(header.replace('\'', '"'), new byte[8]);
    assertThat(refused(bytes).id()).isEqualTo(ErrorId.TENSOR_MALFORMED);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | CHECKPOINT_MALFORMED",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'w':{}} | CHECKPOINT_MALFORMED",
        "{'w':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}} |"
            + " CHECKPOINT_MALFORMED",
        "{'w':{'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8]}} | TENSOR_DTYPE",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]} | CHECKPOINT_MALFORMED",
        "{'w':'\\q'} | CHECKPOINT_MALFORMED",
        "{'w':01} | CHECKPOINT_MALFORMED",
        "{'w':tru} | CHECKPOINT_MALFORMED",
        "{} {} | CHECKPOINT_MALFORMED"
      })
  void safetensorsHeadersMustBeStrict(String header, ErrorId id) {
    byte[] bytes = CheckpointBytes.safetensors(header.replace('\'', '"'), new byte[8]);
    assertThat(refused(bytes).id()).isEqualTo(id);
  }

  @Test
  void safetensorsNestingIsBounded() {
    String deep = "{\"w\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(refused(CheckpointBytes.safetensors(deep, new byte[0])).id())
        .isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
  }

  @Test
  void numbersOfWeightsAndHeadersAreBounded() {
    PickleBytes object = PickleBytes.start().op('}').op('(').string("w0");
    object.tensor("FloatStorage", "90", 6, 0, new long[] {6}, new long[] {1}).raw('q', 1);
    for (int i = 1; i <= 50_000; i++) {
      object.string("w" + i).raw('h', 1);
    }
    assertThat(refused(nested(object.op('u'), 1)).what())
        .isEqualTo("50001 weights; up to 50000 are read");
    String wide = "{\"w\":[" + "0,".repeat(1 << 20) + "0]}";
    assertThat(refused(CheckpointBytes.safetensors(wide, new byte[0])).id())
        .isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
  }

  @Test
  void tarEntriesMustBeSound() {
    byte[] good = CheckpointBytes.tar(weights());
    byte[] wrongSum = good.clone();
    wrongSum[0] = 'S';
    assertThat(refused(wrongSum).id()).isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
    byte[] twice = new byte[2 * good.length];
    System.arraycopy(good, 0, twice, 0, good.length - 1024);
    System.arraycopy(good, 0, twice, good.length - 1024, good.length);
    assertThat(refused(twice).id()).isEqualTo(ErrorId.CHECKPOINT_MALFORMED);
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    CheckpointBytes.tarEntry(other, "readme", new byte[3]);
    assertThat(refused(other.toByteArray()).id()).isEqualTo(ErrorId.KIND_UNKNOWN);
    assertThat(refused(other.toByteArray()).found()).isEqualTo("a tar archive");
  }

  @ParameterizedTest
  @CsvSource({
    "p-state-dict-zip.pth, '', 333, 'f32[64,3,3,3]'",
    "p-state-dict-legacy-half.pth, '', 333, 'f16[64,3,3,3]'",
    "p-checkpoint-half-213.tar, state_dict, 333, 'f16[64,3,3,3]'",
    "p-front.safetensors, '', 56, 'f32[64,3,3,3]'"
  })
  void realFiles(String name, String path, int tensors, String stem) {
    StateDict state = StateDictReader.read(SharedModels.torch(name));
    assertThat(state.path()).isEqualTo(path);
    assertThat(state.tensors()).hasSize(tensors);
    assertThat(requireNonNull(state.tensors().get("conv1.conv.weight")).toString()).isEqualTo(stem);
  }
}
