package io.facekit.core.torch.export;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.json.Json;
import io.facekit.core.json.JsonReader;
import io.facekit.core.pickle.Printable;
import io.facekit.core.torch.Archive;
import io.facekit.core.torch.ModelKind;
import io.facekit.core.torch.TorchProgram;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads programs that {@code torch.export.save} wrote: schema 8 (PyTorch 2.6 and later) in all its
 * archive formats, and schemas 5 to 7 (2.3 to 2.5), as {@code torch/_export/serde/schema.py}
 * describes them. Values that no output needs, and checks of sizes, are left out. Nothing in the
 * file is run; tensors are views on the mapped file, which must not change while they are used.
 */
public final class Pt2Reader {
  private static final List<String> PROGRAMS =
      List.of("models/model.json", "serialized_exported_program.json");

  private static final int OLDEST_SCHEMA = 5;
  private static final int NEWEST_SCHEMA = 8;

  private Pt2Reader() {}

  /**
   * The program.
   *
   * @throws FacekitException what {@link Archive#open(Path, ModelKind)} throws; PT2_MALFORMED,
   *     PT2_CONSTRUCT for everything that is not supported at once, TS_SIGNATURE, and TENSOR errors
   */
  public static TorchProgram read(Path file) {
    return read(Archive.open(file, ModelKind.PT2));
  }

  static TorchProgram read(Archive archive) {
    String entry = entry(archive);
    try {
      Json program = program(archive, entry);
      checkSchema(program.get("schema_version"), archive, entry);
      Json module = program.get("graph_module");
      ExportedSignature signature = ExportedSignature.read(module.get("signature"));
      ExportedTensors tensors = new ExportedTensors(archive);
      return new GraphBuilder(archive, entry, tensors).build(module.get("graph"), signature);
    } catch (Json.Mismatch e) {
      throw mismatch(archive, entry, e);
    }
  }

  /**
   * The PyTorch that wrote the file, as far as the file tells: newer ones give their version, all
   * give that of the schema.
   *
   * @throws FacekitException as {@link #read}
   */
  public static String producer(Path file) {
    Archive archive = Archive.open(file, ModelKind.PT2);
    String entry = entry(archive);
    try {
      Json program = program(archive, entry);
      Json schema = program.get("schema_version");
      String version =
          program.members().get("torch_version") instanceof Json.Text t
              ? " " + Printable.name(t.value())
              : "";
      return "PyTorch"
          + version
          + ", export schema "
          + schema.get("major").whole()
          + "."
          + schema.get("minor").whole();
    } catch (Json.Mismatch e) {
      throw mismatch(archive, entry, e);
    }
  }

  private static String entry(Archive archive) {
    return PROGRAMS.stream().filter(archive::has).findFirst().orElseThrow(() -> noProgram(archive));
  }

  private static Json program(Archive archive, String entry) {
    return JsonReader.read(archive.read(entry), ErrorId.PT2_MALFORMED, archive.at(entry));
  }

  private static FacekitException mismatch(Archive archive, String entry, Json.Mismatch e) {
    return Problem.of(ErrorId.PT2_MALFORMED, "the program holds " + e.getMessage())
        .at(archive.at(entry))
        .asException(e);
  }

  private static FacekitException noProgram(Archive archive) {
    return Problem.of(ErrorId.PT2_CONSTRUCT, "the archive holds no program named 'model'")
        .at(archive.fileName())
        .hint("save it with torch.export.save; compiled code (AOTInductor) is not read")
        .asException();
  }

  private static void checkSchema(Json version, Archive archive, String entry) {
    long major = version.get("major").whole();
    if (major < OLDEST_SCHEMA || major > NEWEST_SCHEMA) {
      throw Problem.of(ErrorId.PT2_CONSTRUCT, "the program is written in a schema that is not read")
          .at(archive.at(entry))
          .found("schema " + major + "; schemas " + OLDEST_SCHEMA + " to " + NEWEST_SCHEMA)
          .hint("export the model again with PyTorch 2.9 or later")
          .asException();
    }
  }
}
