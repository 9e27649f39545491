package io.facekit.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              List.of("core", "runtime", "quantize", "cli").stream()
                  .map(m -> Path.of("..", m, "target", "classes"))
                  .toList());

  private static final String ROOT = "io.facekit.";

  private static void forbid(String from, String... to) {
    noClasses()
        .that()
        .resideInAnyPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .check(CLASSES);
  }

  @Test
  void modulesPointOneWay() {
    forbid(ROOT + "core..", ROOT + "runtime..", ROOT + "quantize..", ROOT + "cli..");
    forbid(ROOT + "runtime..", ROOT + "quantize..", ROOT + "cli..");
    forbid(ROOT + "quantize..", ROOT + "cli..");
  }

  @Test
  void librariesStayInTheirModule() {
    for (String other : List.of("core..", "runtime..", "quantize..")) {
      forbid(ROOT + other, "picocli..", "me.tongfei..");
    }
    for (String other : List.of("core..", "quantize..", "cli..")) {
      forbid(
          ROOT + other,
          "ai.onnxruntime..",
          "ai.djl..",
          "org.bytedeco..",
          "javax.imageio..",
          "com.twelvemonkeys..");
    }
    for (String other : List.of("runtime..", "quantize..", "cli..")) {
      forbid(ROOT + other, "com.google.protobuf..", "com.google.flatbuffers..", "ai.onnx..");
    }
  }

  @Test
  void coreLayersPointOneWay() {
    String core = ROOT + "core.";
    forbid(core + "error..", core + "tensor..", core + "ir..", core + "op..", core + "pass..");
    forbid(core + "tensor..", core + "ir..", core + "op..", core + "pass..", core + "convert..");
    forbid(core + "ir..", core + "op..", core + "pass..", core + "convert..", core + "torch..");
    forbid(core + "op..", core + "pass..", core + "convert..", core + "torch..", core + "pickle..");
    forbid(core + "pass..", core + "convert..", core + "torch..", core + "onnx..");
    for (String format : List.of("onnx..", "tflite..", "torch..", "pickle..")) {
      forbid(core + format, core + "ir..", core + "op..", core + "pass..", core + "convert..");
    }
    forbid(core + "pickle..", core + "torch..");
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("io.facekit.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCommandLinePrintsOrExits() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "cli..", ROOT + "runtime.worker..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }
}
