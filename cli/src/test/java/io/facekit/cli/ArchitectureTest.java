package io.facekit.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The two pictures of docs/architecture.md. */
class ArchitectureTest {
  private static final List<String> MODULES = List.of("core", "runtime", "quantize", "cli");

  /** Package of core: the packages of core that it may use. */
  private static final Map<String, Set<String>> CORE =
      Map.ofEntries(
          Map.entry("error", Set.of()),
          Map.entry("tensor", Set.of("error")),
          Map.entry("quant", Set.of("error", "tensor")),
          Map.entry("ir", Set.of("error", "tensor")),
          Map.entry("pickle", Set.of("error", "tensor")),
          Map.entry("json", Set.of("error")),
          Map.entry("torch", Set.of("error", "tensor", "pickle", "json")),
          Map.entry("arch", Set.of("error", "tensor", "pickle", "torch")),
          Map.entry("onnx", Set.of("error", "tensor")),
          Map.entry("tflite", Set.of("error", "tensor")),
          Map.entry("op", Set.of("error", "tensor", "quant", "ir", "torch", "onnx", "tflite")),
          Map.entry("pass", Set.of("error", "tensor", "quant", "ir", "op")),
          Map.entry(
              "convert",
              Set.of(
                  "error", "tensor", "quant", "ir", "op", "pass", "pickle", "torch", "arch", "onnx",
                  "tflite")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(MODULES.stream().map(m -> Path.of("..", m, "target", "classes")).toList());

  @TestFactory
  List<DynamicTest> modulesPointOneWay() {
    return MODULES.stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module,
                    () ->
                        noClasses()
                            .that()
                            .resideInAPackage("io.facekit." + module + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(
                                MODULES
                                    .subList(MODULES.indexOf(module) + 1, MODULES.size())
                                    .stream()
                                    .map(later -> "io.facekit." + later + "..")
                                    .toArray(String[]::new))
                            .allowEmptyShould(true)
                            .check(CLASSES)))
        .toList();
  }

  @TestFactory
  List<DynamicTest> packagesOfCorePointOneWay() {
    return CORE.keySet().stream()
        .sorted()
        .map(
            name -> {
              Set<String> forbidden = new HashSet<>(CORE.keySet());
              forbidden.removeAll(CORE.getOrDefault(name, Set.of()));
              forbidden.remove(name);
              return DynamicTest.dynamicTest(
                  name,
                  () ->
                      noClasses()
                          .that()
                          .resideInAPackage("io.facekit.core." + name + "..")
                          .should()
                          .dependOnClassesThat()
                          .resideInAnyPackage(
                              forbidden.stream()
                                  .sorted()
                                  .map(other -> "io.facekit.core." + other + "..")
                                  .toArray(String[]::new))
                          .allowEmptyShould(true)
                          .check(CLASSES));
            })
        .toList();
  }

  @Test
  void noPackageIsInACycle() {
    slices()
        .matching("io.facekit.(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyCliAndTheWorkerProcessPrintAndExit() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.facekit.cli..", "io.facekit.runtime.worker..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @TestFactory
  List<DynamicTest> librariesStayInTheirModule() {
    return List.of(
        stays("Picocli", "cli", "picocli..", "me.tongfei.."),
        stays(
            "runtimes and image codecs",
            "runtime",
            "ai.onnxruntime..",
            "org.bytedeco..",
            "ai.djl..",
            "javax.imageio.."),
        stays(
            "wire formats",
            "core",
            "com.google.protobuf..",
            "com.google.flatbuffers..",
            "ai.onnx.proto..",
            "org.tensorflow.lite.schema.."));
  }

  private static DynamicTest stays(String name, String module, String... packages) {
    return DynamicTest.dynamicTest(
        name + " only in " + module,
        () ->
            noClasses()
                .that()
                .resideOutsideOfPackage("io.facekit." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .allowEmptyShould(true)
                .check(CLASSES));
  }

  @Test
  void coreHasNoClockNoRandomnessNoNetwork() {
    noClasses()
        .that()
        .resideInAPackage("io.facekit.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net..", "java.time..", "java.sql..", "javax.swing..", "java.awt..")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
