package io.facekit.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON texts within limits; a name that comes twice is an error. */
public final class JsonReader {
  private static final int LARGEST = 64 << 20;
  private static final int MOST_TOKENS = 4_000_000;
  private static final int DEEPEST = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxTokenCount(MOST_TOKENS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private JsonReader() {}

  /**
   * Reads a text that holds one value.
   *
   * @param error of a text that is not read
   * @param place of the text, for messages
   * @throws FacekitException the given error
   */
  public static Json read(ByteBuffer bytes, ErrorId error, String place) {
    if (bytes.remaining() > LARGEST) {
      throw Problem.of(error, "a JSON text of " + bytes.remaining() + " bytes")
          .at(place)
          .asException();
    }
    byte[] text = new byte[bytes.remaining()];
    bytes.duplicate().get(text);
    try (JsonParser in = FACTORY.createParser(text)) {
      in.nextToken();
      Json value = value(in);
      if (in.nextToken() != null) {
        throw new IOException("more than one value");
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw Problem.of(error, "the JSON text is nested or long beyond what a model needs")
          .at(place)
          .asException(e);
    } catch (IOException e) {
      throw Problem.of(error, "the JSON text is damaged").at(place).asException(e);
    }
  }

  private static Json value(JsonParser in) throws IOException {
    JsonToken token = in.currentToken();
    if (token == null) {
      throw new IOException("the text ends early");
    }
    return switch (token) {
      case START_OBJECT -> members(in);
      case START_ARRAY -> items(in);
      case VALUE_STRING -> new Json.Text(in.getText());
      case VALUE_NUMBER_INT ->
          in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? new Json.Real(in.getDoubleValue())
              : new Json.Whole(in.getLongValue());
      case VALUE_NUMBER_FLOAT -> new Json.Real(in.getDoubleValue());
      case VALUE_TRUE -> new Json.Flag(true);
      case VALUE_FALSE -> new Json.Flag(false);
      case VALUE_NULL -> Json.Null.NULL;
      default -> throw new IOException("unexpected " + token);
    };
  }

  private static Json members(JsonParser in) throws IOException {
    Map<String, Json> members = new LinkedHashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      members.put(name, value(in));
    }
    return new Json.Members(members);
  }

  private static Json items(JsonParser in) throws IOException {
    List<Json> items = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(in));
    }
    return new Json.Items(items);
  }
}
