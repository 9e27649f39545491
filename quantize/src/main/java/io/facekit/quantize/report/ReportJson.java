package io.facekit.quantize.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Writes a {@link Report} as {@code report.json}: two spaces, {@code \n}, members in the order of
 * the record components, free maps by key, numbers with nine significant digits. The structure is
 * in {@code report.schema.json} beside this class.
 */
public final class ReportJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new NineDigits())
                  .addSerializer(double.class, new NineDigits()))
          .build();

  private ReportJson() {}

  /**
   * The JSON text, with a line end at its end.
   *
   * @throws IllegalArgumentException when a number is not finite or the recipe is not JSON
   */
  public static String write(Report report) {
    try {
      ObjectNode tree = MAPPER.createObjectNode();
      tree.put("schemaVersion", report.schemaVersion());
      tree.put("verdict", report.verdict().name());
      tree.setAll(MAPPER.<ObjectNode>valueToTree(report));
      tree.set("recipe", MAPPER.readTree(report.recipe()));
      return write(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the recipe is not JSON", e);
    }
  }

  /** The figures of a plan in the same manner. */
  public static String write(PlanReport report) {
    try {
      return write(MAPPER.<ObjectNode>valueToTree(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of text and numbers cannot fail to be written", e);
    }
  }

  private static String write(ObjectNode tree) throws JsonProcessingException {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    return MAPPER.writer(printer).writeValueAsString(tree) + "\n";
  }

  /** Drops the digits that are noise, so that they cannot differ between machines. */
  private static final class NineDigits extends StdSerializer<Double> {
    private static final long serialVersionUID = 1L;
    private static final MathContext DIGITS = new MathContext(9);

    NineDigits() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("the report holds a number that is not finite");
      }
      out.writeNumber(new BigDecimal(value).round(DIGITS).doubleValue());
    }
  }
}
