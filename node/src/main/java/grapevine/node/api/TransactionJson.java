package grapevine.node.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import grapevine.node.model.Item;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import grapevine.node.model.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a user submits: {@code {"transaction": "<hex>"}} and nothing else, or the bytes
 * themselves. Every error names the field at fault; {@code body} stands for the whole.
 */
final class TransactionJson {
  private static final String FIELD = "transaction";
  private static final String BODY = "body";
  private static final JsonFactory JSON = new JsonFactory();

  private TransactionJson() {}

  static Transaction read(byte[] bytes, int offset, int length) throws ApiError {
    try (JsonParser parser = JSON.createParser(bytes, offset, length)) {
      return ofBytes(parseHex(hex(parser)));
    } catch (IOException e) {
      // The bytes are in memory: nothing but the text can be at fault.
      throw ApiError.malformed(BODY, "not JSON");
    }
  }

  static Transaction ofBytes(byte[] bytes) throws ApiError {
    try {
      return (Transaction) Item.read(ItemKind.TRANSACTION, ByteBuffer.wrap(bytes));
    } catch (MalformedException e) {
      throw ApiError.malformed(FIELD, e.detail());
    }
  }

  private static String hex(JsonParser parser) throws IOException, ApiError {
    try {
      return value(parser);
    } catch (JsonProcessingException e) {
      String name = parser.currentName();
      throw ApiError.malformed(name == null ? BODY : name, "not JSON: " + e.getOriginalMessage());
    }
  }

  private static String value(JsonParser parser) throws IOException, ApiError {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw ApiError.malformed(BODY, "expected an object {\"transaction\": \"<hex>\"}");
    }
    @Nullable String hex = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!name.equals(FIELD)) {
        throw ApiError.malformed(name, "unknown field, expected " + FIELD);
      }
      if (hex != null) {
        throw ApiError.malformed(FIELD, "the field is there twice");
      }
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw ApiError.malformed(FIELD, "expected a string of hexadecimal digits");
      }
      hex = parser.getText();
    }
    if (parser.nextToken() != null) {
      throw ApiError.malformed(BODY, "something follows the object");
    }
    if (hex == null) {
      throw ApiError.malformed(FIELD, "the field is missing");
    }
    return hex;
  }

  private static byte[] parseHex(String hex) throws ApiError {
    if (hex.length() > 2 * Transaction.BYTES_MAX) {
      throw ApiError.malformed(
          FIELD, hex.length() + " digits, expected at most " + 2 * Transaction.BYTES_MAX);
    }
    if (hex.length() % 2 != 0) {
      throw ApiError.malformed(FIELD, hex.length() + " digits, expected an even number");
    }
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw ApiError.malformed(FIELD, "not hexadecimal");
    }
  }
}
