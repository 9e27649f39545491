package io.facekit.core.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.pickle.PickleValue.DictValue;
import io.facekit.core.pickle.PickleValue.IntValue;
import io.facekit.core.pickle.PickleValue.ListValue;
import io.facekit.core.pickle.PickleValue.StringValue;
import io.facekit.core.torch.PickleBytes;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnpicklerTest {
  private static PickleValue read(byte[] bytes) {
    return Unpickler.read(ByteBuffer.wrap(bytes), "test.pkl");
  }

  private static Problem refused(byte[] bytes) {
    FacekitException e = catchThrowableOfType(FacekitException.class, () -> read(bytes));
    return e.problems().get(0);
  }

  @Test
  void plainData() {
    DictValue dict =
        (DictValue)
            read(
                PickleBytes.start()
                    .op('}')
                    .op('(')
                    .string("a")
                    .raw('K', 7)
                    .string("b")
                    .raw(0x8a, 2, 0x00, 0xff)
                    .string("c")
                    .op(']')
                    .op('(')
                    .raw('J', 0xff, 0xff, 0xff, 0xff)
                    .string("ü")
                    .op('e')
                    .op('u')
                    .end());
    assertThat(dict.get("a")).isEqualTo(new IntValue(7));
    assertThat(dict.get("b")).isEqualTo(new IntValue(-256));
    assertThat(((ListValue) java.util.Objects.requireNonNull(dict.get("c"))).items())
        .containsExactly(new IntValue(-1), new StringValue("ü"));
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "builtins, eval",
    "subprocess, Popen",
    "pip, main",
    "numpy.f2py.crackfortran, getlincoef",
    "torch._utils, _rebuild_tensor_v2.__globals__",
    "torch, load",
    "torch.hub, load",
    "collections, OrderedDict.update",
    "my.module, Thing"
  })
  void otherNamesAreRefused(String module, String name) {
    byte[] called = PickleBytes.start().global(module, name).string("true").raw(0x85).op('R').end();
    assertThat(refused(called).id()).isEqualTo(ErrorId.PICKLE_GLOBAL);
    assertThat(refused(called).found()).isEqualTo(module + "." + name);
    assertThat(refused(called).at()).isEqualTo("test.pkl@2");
    byte[] mentioned = PickleBytes.start().global(module, name).end();
    assertThat(refused(mentioned).id()).isEqualTo(ErrorId.PICKLE_GLOBAL);
    byte[] dropped = PickleBytes.start().global(module, name).op('0').op(')').end();
    assertThat(refused(dropped).id()).isEqualTo(ErrorId.PICKLE_GLOBAL);
    byte[] made = PickleBytes.start().global(module, name).op(')').raw(0x81).op('}').op('b').end();
    assertThat(refused(made).id()).isEqualTo(ErrorId.PICKLE_GLOBAL);
    byte[] stack = PickleBytes.start().raw(0x80, 4).string(module).string(name).raw(0x93).end();
    assertThat(refused(stack).id()).isEqualTo(ErrorId.PICKLE_GLOBAL);
  }

  @Test
  void moduleThatAlsoCallsIsRefusedForTheCall() {
    byte[] module =
        PickleBytes.start()
            .object("nets", "Net")
            .string("_modules")
            .op('}')
            .string("_parameters")
            .op('}')
            .endObject()
            .end();
    assertThat(refused(module).id()).isEqualTo(ErrorId.PICKLE_MODULE);
    byte[] worse =
        PickleBytes.start()
            .object("nets", "Net")
            .string("_modules")
            .op('}')
            .string("_parameters")
            .global("posix", "system")
            .string("true")
            .raw(0x85)
            .op('R')
            .endObject()
            .end();
    assertThat(refused(worse).found()).isEqualTo("posix.system");
  }

  @Test
  void limitsHold() {
    PickleBytes marks = PickleBytes.start();
    for (int i = 0; i < 2000; i++) {
      marks.op('(');
    }
    assertThat(refused(marks.end()).id()).isEqualTo(ErrorId.PICKLE_LIMIT);
    assertThat(refused(PickleBytes.start().raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x40).end()).id())
        .isEqualTo(ErrorId.PICKLE_LIMIT);
    assertThat(refused(PickleBytes.start().raw('B', 255, 255, 255, 255).end()).id())
        .isEqualTo(ErrorId.PICKLE_MALFORMED);
    PickleBytes deep = PickleBytes.start().op(')');
    for (int i = 0; i < 100_000; i++) {
      deep.raw(0x85);
    }
    assertThat(read(deep.end()).toString()).isEqualTo("tuple of 1");
  }

  @Test
  void brokenStreams() {
    assertThat(refused(new byte[0]).id()).isEqualTo(ErrorId.PICKLE_MALFORMED);
    assertThat(refused(PickleBytes.start().end()).id()).isEqualTo(ErrorId.PICKLE_MALFORMED);
    assertThat(refused(PickleBytes.start().op('}').op('.').end()).id())
        .isEqualTo(ErrorId.PICKLE_MALFORMED);
    assertThat(refused(PickleBytes.start().raw('h', 1).end()).id())
        .isEqualTo(ErrorId.PICKLE_MALFORMED);
    assertThat(refused(PickleBytes.start().raw(0x82, 1).end()).id())
        .isEqualTo(ErrorId.PICKLE_GLOBAL);
  }

  @Test
  void randomBytesGiveOnlyOurErrors() {
    Random random = new Random(7);
    int[] opcodes = {
      '(', ')', ']', '}', 't', 'l', 'd', 'e', 'u', 's', 'a', 'b', 'R', 'Q', 'N', '0', '1', '2',
      0x81, 0x85, 0x86, 0x87, 0x88, 0x93, 0x94
    };
    for (int i = 0; i < 20_000; i++) {
      PickleBytes bytes = PickleBytes.start();
      for (int n = 0; n < 30; n++) {
        int k = random.nextInt(opcodes.length + 4);
        if (k < opcodes.length) {
          bytes.raw(opcodes[k]);
        } else if (k == opcodes.length) {
          bytes.global("__torch__", "A");
        } else if (k == opcodes.length + 1) {
          bytes.string("a");
        } else {
          bytes.raw(k % 2 == 0 ? 'q' : 'h', random.nextInt(4));
        }
      }
      try {
        read(bytes.end());
      } catch (FacekitException e) {
        assertThat(e.problems()).isNotEmpty();
      }
    }
  }
}
