package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import io.facekit.core.pickle.PickleValue.GlobalValue;
import io.facekit.core.pickle.Printable;
import io.facekit.core.torch.SourceFile.ClassDef;
import io.facekit.core.torch.SourceFile.FunctionDef;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Source files of an archive, parsed when first needed. */
final class SourceLibrary {
  private static final int LARGEST = 8 << 20;

  private final Archive archive;
  private final Map<String, SourceFile> files = new HashMap<>();

  SourceLibrary(Archive archive) {
    this.archive = archive;
  }

  /** A function with the file that it stands in. */
  record Function(FunctionDef def, SourcePlace place) {}

  ClassDef classOf(GlobalValue type) {
    SourceFile file = file(type.module());
    @Nullable ClassDef found = file.classes().get(type.name());
    if (found == null) {
      throw file.place().malformed(1, "class " + Printable.name(type.name()) + " is not defined");
    }
    return found;
  }

  Optional<Function> method(GlobalValue type, String name) {
    @Nullable FunctionDef def = classOf(type).methods().get(name);
    return Optional.ofNullable(def).map(d -> new Function(d, file(type.module()).place()));
  }

  /** A function by its dotted name, {@code __torch__.torch.nn.functional.relu}. */
  Optional<Function> function(String qualified) {
    int dot = qualified.lastIndexOf('.');
    if (dot < 0 || !archive.has(path(qualified.substring(0, dot)))) {
      return Optional.empty();
    }
    SourceFile file = file(qualified.substring(0, dot));
    return Optional.ofNullable(file.functions().get(qualified.substring(dot + 1)))
        .map(def -> new Function(def, file.place()));
  }

  private static String path(String module) {
    return "code/" + module.replace('.', '/') + ".py";
  }

  private SourceFile file(String module) {
    @Nullable SourceFile known = files.get(module);
    if (known == null) {
      known = parse(path(module), module);
      files.put(module, known);
    }
    return known;
  }

  private SourceFile parse(String path, String module) {
    if (!archive.has(path)) {
      throw new ZipPlace(archive.fileName())
          .error(
              ErrorId.TS_MALFORMED,
              "code/",
              "the archive has no source for " + Printable.name(module));
    }
    if (archive.size(path) > LARGEST) {
      throw new ZipPlace(archive.fileName())
          .error(ErrorId.TS_MALFORMED, path, "a source file over " + LARGEST + " bytes");
    }
    ByteBuffer bytes = archive.read(path);
    SourcePlace place = new SourcePlace(archive.at(path));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return SourceParser.parse(text, place);
    } catch (CharacterCodingException e) {
      throw place.malformed(1, "the source is not UTF-8");
    }
  }
}
